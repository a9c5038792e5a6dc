package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The C face on an interface of the kernel's netmap that it has alone. */
class CFaceAloneOnKernelNicContractTest extends CFaceAloneOnNicContractTest {
  @Override
  Network newNetwork() throws IOException {
    return new KernelNetwork(() -> new NicNetwork("/x"));
  }

  @Test
  @Override
  public void lostOnesAreReceivedAndDropped() {
    abort(KernelNetwork.TELLS_NO_LOSS);
  }
}
