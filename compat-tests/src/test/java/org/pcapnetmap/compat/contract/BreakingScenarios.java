package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Reads that wait, and what ends them. */
interface BreakingScenarios extends Scenarios {
  long WHILE_MILLIS = 300;

  /** A read in another thread. */
  @FunctionalInterface
  interface Reading {
    int read() throws IOException;
  }

  private static CompletableFuture<Integer> start(Reading reading) {
    CompletableFuture<Integer> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(reading.read());
              } catch (IOException e) {
                result.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  private static int result(CompletableFuture<Integer> future) throws Exception {
    return future.get(PATIENCE_NANOS, TimeUnit.NANOSECONDS);
  }

  /** However many timeouts pass. */
  @Test
  default void blockingReadWaitsForAPacket() throws Exception {
    Handle handle = open(Options.BLOCKING.batched(10));
    handle.setFilter("ether[14] = 200");
    CompletableFuture<Integer> reading = start(() -> handle.dispatch(1, packet -> {}));
    feed(1);
    Thread.sleep(WHILE_MILLIS);
    assertEquals(false, reading.isDone());
    feed(200);
    assertEquals(1, result(reading));
  }

  @Test
  default void breakLoopEndsAWaitingDispatch() throws Exception {
    Handle handle = open(Options.BLOCKING);
    CompletableFuture<Integer> reading = start(() -> handle.dispatch(-1, packet -> {}));
    Thread.sleep(WHILE_MILLIS);
    handle.breakLoop();
    assertEquals(Handle.BREAK, result(reading));
  }

  @Test
  default void breakLoopEndsAWaitingLoop() throws Exception {
    Handle handle = open(Options.BLOCKING);
    CompletableFuture<Integer> reading = start(() -> handle.loop(-1, packet -> {}));
    Thread.sleep(WHILE_MILLIS);
    handle.breakLoop();
    assertEquals(Handle.BREAK, result(reading));
  }

  @Test
  default void breakLoopEndsAWaitingNextEx() throws Exception {
    Handle handle = open(Options.BLOCKING);
    CompletableFuture<Integer> reading = start(() -> handle.nextEx(packet -> {}));
    Thread.sleep(WHILE_MILLIS);
    handle.breakLoop();
    assertEquals(Handle.BREAK, result(reading));
  }

  @Test
  default void breakLoopHoldsForOneRead() throws IOException {
    Handle handle = open(Options.BLOCKING);
    handle.breakLoop();
    handle.breakLoop();
    assertEquals(Handle.BREAK, handle.dispatch(1, packet -> {}));
    feed(1, 2);
    assertEquals(1, handle.dispatch(1, packet -> {}));
    assertEquals(1, handle.nextEx(packet -> {}));
  }

  @Test
  default void breakLoopMeetsANonBlockingRead() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    handle.breakLoop();
    if (differs(Difference.BREAK_COMES_FIRST)) {
      assertEquals(Handle.BREAK, handle.dispatch(1, packet -> {}));
    }
    assertEquals(0, handle.dispatch(1, packet -> {}));
  }

  @Test
  default void breakLoopLetsNextFindNothing() throws IOException {
    Handle handle = open(Options.BLOCKING);
    feed(1, 2);
    Scenarios.await(() -> handle.statistics().received() == 2);
    handle.breakLoop();
    assertNull(handle.next());
    assertEquals(differs(Difference.BREAK_COMES_FIRST) ? 1 : 2, handle.next().number());
  }

  @Test
  default void breakLoopInTheHandlerKeepsWhatIsUnread() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    List<Packet> packets = new ArrayList<>();
    feed(1, 2, 3, LAST);
    int result =
        handle.loop(
            -1,
            packet -> {
              packets.add(packet);
              handle.breakLoop();
            });
    assertEquals(Handle.BREAK, result);
    assertEquals(List.of(1), Scenarios.numbers(packets));
    assertEquals(List.of(2, 3), Scenarios.numbers(readToLast(handle)));
  }

  /** Also when the handler's packet was the last one asked for. */
  @Test
  default void breakLoopCountsMoreThanTheCount() throws IOException {
    Handle handle = open(Options.BLOCKING);
    feed(1, 2);
    assertEquals(Handle.BREAK, handle.loop(1, packet -> handle.breakLoop()));
    assertEquals(2, handle.next().number());
  }
}
