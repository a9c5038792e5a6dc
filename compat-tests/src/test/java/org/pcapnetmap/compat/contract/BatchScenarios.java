package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Without immediate mode. Stock hands packets out when a block is full or the timeout has passed.
 */
interface BatchScenarios extends Scenarios {
  int SHORT_MILLIS = 100;
  int LONG_MILLIS = 30_000;

  private void assertKept(Handle handle) throws Exception {
    if (differs(Difference.NO_BATCHING)) {
      assertEquals(1, read(handle, 1).get(0).number());
    } else {
      assertEquals(0, handle.dispatch(1, packet -> {}));
    }
  }

  @Test
  default void packetsWaitForTheTimeout() throws Exception {
    Handle handle = open(Options.NONBLOCKING.batched(LONG_MILLIS));
    feed(1);
    assertKept(handle);
  }

  @Test
  default void packetsComeAfterTheTimeout() throws Exception {
    Handle handle = open(Options.BLOCKING.batched(SHORT_MILLIS));
    List<Packet> packets = new ArrayList<>();
    feed(1, 2, 3);
    Reading three = () -> handle.loop(3, packets::add);
    assertEquals(0, Reading.result(three.start()));
    assertEquals(List.of(1, 2, 3), Scenarios.numbers(packets));
  }

  /** What came at the same time waits on where the timeout is longer. */
  @Test
  default void eachHandleHasItsTimeout() throws Exception {
    Handle patient = open(Options.NONBLOCKING.batched(LONG_MILLIS));
    Handle hasty = open(Options.NONBLOCKING.batched(SHORT_MILLIS));
    feed(1);
    assertEquals(1, read(hasty, 1).get(0).number());
    assertKept(patient);
  }
}
