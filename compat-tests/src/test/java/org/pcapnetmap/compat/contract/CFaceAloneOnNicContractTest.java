package org.pcapnetmap.compat.contract;

import java.io.IOException;

/** The C face on an interface that it has alone. */
class CFaceAloneOnNicContractTest extends CFaceOnNicContractTest {
  @Override
  Network newNetwork() throws IOException {
    return new NicNetwork("/x");
  }
}
