package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;

/** The oracle: stock libpcap on a veth pair. */
class StockContractTest extends ContractTest {
  @Override
  Network newNetwork() throws IOException {
    return new VethNetwork();
  }

  @Override
  Handle newHandle(Network on, Options options) throws IOException {
    return CHandle.open(LibPcap.stock(), on.device(), options);
  }

  @Override
  Set<Difference> differences() {
    return EnumSet.noneOf(Difference.class);
  }
}
