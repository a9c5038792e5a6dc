package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The oracle: stock libpcap on a veth pair. */
class StockContractTest extends CContractTest {
  @Override
  Network newNetwork() throws IOException {
    return new VethNetwork();
  }

  @Override
  public LibPcap library() {
    return LibPcap.stock();
  }

  @Override
  public List<String> launcher() {
    return network().launcher();
  }

  @Override
  Set<Difference> differences() {
    return EnumSet.noneOf(Difference.class);
  }
}
