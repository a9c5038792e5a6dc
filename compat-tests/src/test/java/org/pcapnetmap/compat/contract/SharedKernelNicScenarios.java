package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assumptions.abort;

import org.junit.jupiter.api.Test;

/** Scenarios of which an interface of the kernel's netmap can do less, shared with the host. */
interface SharedKernelNicScenarios
    extends WaitingScenarios, DirectionScenarios, CountingScenarios, InjectingScenarios {
  /** Why one of two handles, of which the second sends, is skipped. */
  String ONE_SENDER = "of an interface's captures in the kernel's netmap the first sends, no other";

  @Test
  @Override
  default void hiddenPacketsAndDispatchNextExAndNext() {
    abort(ONE_SENDER);
  }

  @Test
  @Override
  default void hiddenPacketsDoNotEndALoop() {
    abort(ONE_SENDER);
  }

  @Test
  @Override
  default void anotherHandleSeesWhatIsSent() {
    abort(ONE_SENDER);
  }

  @Test
  @Override
  default void directionInHidesWhatIsSent() {
    abort(ONE_SENDER);
  }

  @Test
  @Override
  default void directionOutHidesWhatArrives() {
    abort(ONE_SENDER);
  }

  @Test
  @Override
  default void countsOfADirection() {
    abort(ONE_SENDER);
  }

  @Test
  @Override
  default void directionHoldsForWhatIsUnread() {
    abort(ONE_SENDER);
  }

  @Test
  @Override
  default void inboundAndOutboundAreFilters() {
    abort(ONE_SENDER);
  }

  @Test
  @Override
  default void refusedFramesAreSeenByNobody() {
    abort(ONE_SENDER);
  }

  @Test
  @Override
  default void lostOnesAreReceivedAndDropped() {
    abort(KernelNetwork.TELLS_NO_LOSS);
  }
}
