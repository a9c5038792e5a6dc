package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** The Java pcap engine on a port of a VALE switch. */
class JavaEngineContractTest extends ContractTest implements JavaEngineScenarios {
  @Override
  Network newNetwork() throws IOException {
    return new ValeNetwork();
  }

  @Override
  Handle newHandle(Network on, Options options) throws IOException {
    return JavaEngineHandle.open(on.device(), options);
  }

  @Override
  Set<Difference> differences() {
    return EnumSet.allOf(Difference.class);
  }
}
