package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Reads that wait for packets, and for how long. */
interface WaitingScenarios extends Scenarios {
  int TIMEOUT_MILLIS = 10;

  /** Many timeouts. */
  long LONGER_MILLIS = 150;

  private static void assertWaits(CompletableFuture<Integer> reading) throws Exception {
    Thread.sleep(LONGER_MILLIS);
    assertFalse(reading.isDone());
  }

  /** However many timeouts pass, and whatever the filter rejects meanwhile. */
  private void waits(Handle handle, Reading reading, int result) throws Exception {
    handle.setFilter("ether[14] = 200");
    CompletableFuture<Integer> started = reading.start();
    feed(1);
    assertWaits(started);
    feed(200);
    assertEquals(result, Reading.result(started));
  }

  private Handle immediate() throws Exception {
    return open(Options.BLOCKING.withTimeout(TIMEOUT_MILLIS));
  }

  private Handle batched() throws Exception {
    return open(Options.BLOCKING.batched(TIMEOUT_MILLIS));
  }

  @Test
  default void dispatchWaitsForAPacket() throws Exception {
    Handle handle = immediate();
    waits(handle, () -> handle.dispatch(-1, packet -> {}), 1);
  }

  @Test
  default void batchedDispatchWaitsForAPacket() throws Exception {
    Handle handle = batched();
    waits(handle, () -> handle.dispatch(-1, packet -> {}), 1);
  }

  @Test
  default void loopWaitsForAPacket() throws Exception {
    Handle handle = immediate();
    waits(handle, () -> handle.loop(1, packet -> {}), 0);
  }

  @Test
  default void batchedLoopWaitsForAPacket() throws Exception {
    Handle handle = batched();
    waits(handle, () -> handle.loop(1, packet -> {}), 0);
  }

  @Test
  default void nextExWaitsForAPacket() throws Exception {
    Handle handle = immediate();
    waits(handle, () -> handle.nextEx(packet -> {}), 1);
  }

  @Test
  default void batchedNextExWaitsForAPacket() throws Exception {
    Handle handle = batched();
    waits(handle, () -> handle.nextEx(packet -> {}), 1);
  }

  @Test
  default void nextWaitsForAPacket() throws Exception {
    Handle handle = immediate();
    waits(handle, Reading.byNext(handle), 1);
  }

  @Test
  default void batchedNextWaitsForAPacket() throws Exception {
    Handle handle = batched();
    waits(handle, Reading.byNext(handle), 1);
  }

  /** On stock a packet that the direction hides ends every read but loop, with nothing. */
  private void hidden(Reading reading, Handle beside) throws Exception {
    CompletableFuture<Integer> started = reading.start();
    beside.inject(TestFrames.numbered(1));
    if (differs(Difference.COUNTS_WHAT_IS_SEEN)) {
      assertWaits(started);
      feed(2);
      assertEquals(1, Reading.result(started));
    } else {
      assertEquals(0, Reading.result(started));
    }
  }

  @Test
  default void hiddenPacketsAndDispatchNextExAndNext() throws Exception {
    Handle handle = immediate();
    Handle beside = open(Options.NONBLOCKING);
    handle.setDirection(Handle.Direction.IN);
    hidden(() -> handle.dispatch(-1, packet -> {}), beside);
    hidden(() -> handle.nextEx(packet -> {}), beside);
    hidden(Reading.byNext(handle), beside);
  }

  @Test
  default void hiddenPacketsDoNotEndALoop() throws Exception {
    Handle handle = immediate();
    Handle beside = open(Options.NONBLOCKING);
    handle.setDirection(Handle.Direction.IN);
    CompletableFuture<Integer> started = ((Reading) () -> handle.loop(1, packet -> {})).start();
    beside.inject(TestFrames.numbered(1));
    assertWaits(started);
    feed(2);
    assertEquals(0, Reading.result(started));
  }

  /** Another way to say nonblocking, and like it can be taken back. */
  @Test
  default void negativeTimeoutIsNonBlocking() throws Exception {
    Handle handle = open(Options.BLOCKING.withTimeout(-1));
    assertTrue(handle.isNonBlocking());
    assertEquals(0, handle.dispatch(-1, packet -> {}));
    assertEquals(0, handle.nextEx(packet -> {}));
    feed(1);
    assertEquals(1, read(handle, 1).get(0).number());
    handle.setNonBlocking(false);
    assertFalse(handle.isNonBlocking());
    waits(handle, () -> handle.dispatch(-1, packet -> {}), 1);
  }
}
