package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** The C face on a port of a VALE switch. */
class CFaceContractTest extends ContractTest {
  @Override
  Network newNetwork() throws IOException {
    return new ValeNetwork();
  }

  @Override
  Handle newHandle(Network on, Options options) throws IOException {
    return CHandle.open(LibPcap.face(), on.device(), options);
  }

  @Override
  Set<Difference> differences() {
    return EnumSet.allOf(Difference.class);
  }
}
