package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The C face on a port of a VALE switch of the kernel's netmap. */
class CFaceOnKernelContractTest extends CFaceContractTest {
  @Override
  Network newNetwork() throws IOException {
    return new KernelNetwork(ValeNetwork::new);
  }

  @Test
  @Override
  public void lostOnesAreReceivedAndDropped() {
    abort(KernelNetwork.TELLS_NO_LOSS);
  }

  @Test
  @Override
  public void inboundAndOutboundAreFilters() {
    abort(KernelNetwork.TWO_SENDERS);
  }

  @Test
  @Override
  public void directionHoldsForWhatIsUnread() {
    abort(KernelNetwork.SENT_FIRST);
  }
}
