package org.pcapnetmap.compat.contract;

import java.io.IOException;

/** The Java pcap engine on an interface that it has alone. */
class JavaEngineAloneOnNicContractTest extends JavaEngineOnNicContractTest {
  @Override
  Network newNetwork() throws IOException {
    return new NicNetwork("/x");
  }
}
