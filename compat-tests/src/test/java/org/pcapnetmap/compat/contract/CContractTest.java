package org.pcapnetmap.compat.contract;

import com.sun.jna.Pointer;
import java.io.IOException;

/** The scenarios of a library with libpcap's C functions. */
abstract class CContractTest extends ContractTest
    implements StateScenarios,
        OpenErrorScenarios,
        CReadScenarios,
        DescriptorScenarios,
        CProgramScenarios,
        CInjectScenarios,
        InfoScenarios,
        DumpScenarios,
        ProcessScenarios {
  @Override
  final Handle newHandle(Network on, Options options) throws IOException {
    return CHandle.open(library(), on.device(), options);
  }

  @Override
  public final Pointer created(String device) throws IOException {
    CHandle handle = network().inside(() -> CHandle.create(library(), device));
    closeLater(handle);
    return handle.pointer();
  }
}
