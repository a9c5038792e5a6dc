package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/**
 * The oracle for pcap4j: stock handles on a veth pair. The adapter is in the same process, and they
 * do not notice it.
 */
class StockPcap4jContractTest extends ContractTest {
  @Override
  Network newNetwork() throws IOException {
    Pcap4jAdapter.install();
    return new VethNetwork();
  }

  @Override
  Handle newHandle(Network on, Options options) throws IOException {
    return Pcap4jHandle.open(on.device(), options);
  }

  @Override
  Set<Difference> differences() {
    return EnumSet.noneOf(Difference.class);
  }
}
