package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** pcap4j through the adapter, on a port of a VALE switch. */
class Pcap4jContractTest extends ContractTest {
  @Override
  Network newNetwork() throws IOException {
    Pcap4jAdapter.install();
    return new ValeNetwork();
  }

  @Override
  Handle newHandle(Network on, Options options) throws IOException {
    return Pcap4jHandle.open(on.device(), options);
  }

  @Override
  Set<Difference> differences() {
    return EnumSet.allOf(Difference.class);
  }
}
