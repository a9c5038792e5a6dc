package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Reads that wait, and what ends them. */
interface BreakingScenarios extends Scenarios {
  /** A reader is asleep by then, or else meets the break before it sleeps. */
  long WHILE_MILLIS = 100;

  /** Much longer than a test waits: what ends such a read is not its timeout. */
  int TEN_MINUTES = 600_000;

  int MANY_BREAKS = 200;
  long BETWEEN_BREAKS_NANOS = 5_000;

  private Handle immediate() throws IOException {
    return open(Options.BLOCKING.withTimeout(TEN_MINUTES));
  }

  private Handle batched() throws IOException {
    return open(Options.BLOCKING.batched(TEN_MINUTES));
  }

  private static int broken(Handle handle, Reading reading) throws Exception {
    CompletableFuture<Integer> started = reading.start();
    Thread.sleep(WHILE_MILLIS);
    handle.breakLoop();
    return Reading.result(started);
  }

  @Test
  default void breakLoopEndsAWaitingDispatch() throws Exception {
    Handle handle = immediate();
    assertEquals(Handle.BREAK, broken(handle, () -> handle.dispatch(-1, packet -> {})));
  }

  @Test
  default void breakLoopEndsAWaitingLoop() throws Exception {
    Handle handle = immediate();
    assertEquals(Handle.BREAK, broken(handle, () -> handle.loop(-1, packet -> {})));
  }

  @Test
  default void breakLoopEndsAWaitingNextEx() throws Exception {
    Handle handle = immediate();
    assertEquals(Handle.BREAK, broken(handle, () -> handle.nextEx(packet -> {})));
  }

  @Test
  default void breakLoopEndsAWaitingNext() throws Exception {
    Handle handle = immediate();
    assertEquals(0, broken(handle, Reading.byNext(handle)));
  }

  @Test
  default void breakLoopEndsABatchedDispatch() throws Exception {
    Handle handle = batched();
    assertEquals(Handle.BREAK, broken(handle, () -> handle.dispatch(-1, packet -> {})));
  }

  @Test
  default void breakLoopEndsABatchedLoop() throws Exception {
    Handle handle = batched();
    assertEquals(Handle.BREAK, broken(handle, () -> handle.loop(-1, packet -> {})));
  }

  @Test
  default void breakLoopEndsABatchedNextEx() throws Exception {
    Handle handle = batched();
    assertEquals(Handle.BREAK, broken(handle, () -> handle.nextEx(packet -> {})));
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

  /** Stock loses the packet that it has taken when it finds the break. */
  @Test
  default void breakLoopTakesNoPacketFromNextEx() throws Exception {
    Handle handle = open(Options.NONBLOCKING);
    feed(IntStream.rangeClosed(1, MANY_BREAKS).toArray());
    Scenarios.await(() -> handle.statistics().received() == MANY_BREAKS);
    AtomicBoolean enough = new AtomicBoolean();
    Thread breaker =
        new Thread(
            () -> {
              while (!enough.get()) {
                handle.breakLoop();
                LockSupport.parkNanos(BETWEEN_BREAKS_NANOS);
              }
            });
    List<Packet> packets = new ArrayList<>();
    breaker.start();
    try {
      readAll(handle, packets);
    } finally {
      enough.set(true);
      breaker.join();
    }
    List<Integer> seen = Scenarios.numbers(packets);
    assertEquals(seen.stream().distinct().sorted().toList(), seen);
    if (differs(Difference.BREAK_COMES_FIRST)) {
      assertEquals(MANY_BREAKS, seen.size());
    }
  }

  /**
   * Without a pause, in which each read would find another break; a read that finds nothing ends
   * it.
   */
  private static void readAll(Handle handle, List<Packet> packets) throws IOException {
    int result;
    do {
      result = handle.nextEx(packets::add);
    } while (result != 0);
  }
}
