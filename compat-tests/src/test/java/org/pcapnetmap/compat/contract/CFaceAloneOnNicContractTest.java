package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/**
 * The C face on an interface that it has alone: there is no other handle whose frames could be
 * seen.
 */
class CFaceAloneOnNicContractTest extends CFaceOnNicContractTest {
  @Override
  Network newNetwork() throws IOException {
    return new NicNetwork("/x");
  }

  private static void noOther() {
    abort("an interface that is had alone has no second handle");
  }

  @Test
  @Override
  public void timesAreTheReceiversClock() {
    noOther();
  }

  @Test
  @Override
  public void anotherHandleSeesWhatIsSent() {
    noOther();
  }

  @Test
  @Override
  public void directionInHidesWhatIsSent() {
    noOther();
  }

  @Test
  @Override
  public void directionOutHidesWhatArrives() {
    noOther();
  }

  @Test
  @Override
  public void inboundAndOutboundAreFilters() {
    noOther();
  }
}
