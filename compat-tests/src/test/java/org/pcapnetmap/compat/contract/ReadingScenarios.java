package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Dispatch, loop, next and next_ex: how many packets, which, and how much of them. */
interface ReadingScenarios extends Scenarios {
  int WHOLE = 262_144;

  @Test
  default void readsFindNothing() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    assertEquals(0, handle.dispatch(-1, packet -> {}));
    assertEquals(0, handle.nextEx(packet -> {}));
    assertNull(handle.next());
  }

  @Test
  default void dispatchReadsUpToTheCount() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    feed(1, 2, 3, 4, LAST);
    assertEquals(List.of(1, 2), Scenarios.numbers(read(handle, 2)));
    assertEquals(List.of(3, 4), Scenarios.numbers(readToLast(handle)));
  }

  @Test
  default void immediateDispatchMayReadLessThanTheCount() throws IOException {
    Handle handle = open(Options.BLOCKING);
    List<Packet> packets = new ArrayList<>();
    feed(1, 2);
    int read = handle.dispatch(5, packets::add);
    assertTrue(read == 1 || read == 2, () -> read + " packets");
    assertEquals(read, packets.size());
  }

  @Test
  default void blockingDispatchOfZeroReadsWhatIsThere() throws IOException {
    Handle handle = open(Options.BLOCKING);
    List<Packet> packets = new ArrayList<>();
    feed(1);
    assertEquals(1, handle.dispatch(0, packets::add));
    assertEquals(List.of(1), Scenarios.numbers(packets));
  }

  @Test
  default void loopReadsTheCount() throws IOException {
    Handle handle = open(Options.BLOCKING);
    List<Packet> packets = new ArrayList<>();
    feed(1, 2, 3, 4);
    assertEquals(0, handle.loop(3, packets::add));
    assertEquals(List.of(1, 2, 3), Scenarios.numbers(packets));
    assertEquals(4, handle.next().number());
  }

  @Test
  default void nextExReadsOne() throws IOException {
    Handle handle = open(Options.BLOCKING);
    List<Packet> packets = new ArrayList<>();
    feed(1, 2);
    assertEquals(1, handle.nextEx(packets::add));
    assertEquals(1, handle.nextEx(packets::add));
    assertEquals(List.of(1, 2), Scenarios.numbers(packets));
  }

  @Test
  default void packetsAreWhole() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    byte[] frame = TestFrames.numbered(LAST, 1514);
    network().send(List.of(frame));
    Packet packet = read(handle, 1).get(0);
    assertArrayEquals(frame, packet.bytes());
    assertEquals(1514, packet.wireLength());
  }

  @Test
  default void snaplenCutsPackets() throws IOException {
    Handle handle = open(Options.NONBLOCKING.withSnaplen(70));
    network().send(List.of(TestFrames.numbered(1, 1000), TestFrames.numbered(2, 60)));
    List<Packet> packets = read(handle, 2);
    assertEquals(70, packets.get(0).bytes().length);
    assertEquals(1000, packets.get(0).wireLength());
    assertEquals(60, packets.get(1).bytes().length);
    assertEquals(70, handle.snapshot());
  }

  @Test
  default void snaplenZeroIsAll() throws IOException {
    assertEquals(WHOLE, open(Options.NONBLOCKING.withSnaplen(0)).snapshot());
  }

  @Test
  default void timesAreTheReceiversClock() throws IOException {
    checkTime(open(Options.NONBLOCKING), 1000);
    checkTime(open(Options.NONBLOCKING.withNanoseconds()), 1);
  }

  private void checkTime(Handle handle, int unit) throws IOException {
    long before = nowNanos() / unit * unit;
    feed(1);
    long time = read(handle, 1).get(0).timeNanos();
    assertTrue(time >= before && time <= nowNanos(), () -> time + " is not after " + before);
    assertEquals(0, time % unit);
  }

  private static long nowNanos() {
    return TimeUnit.MICROSECONDS.toNanos(
        java.time.temporal.ChronoUnit.MICROS.between(
            java.time.Instant.EPOCH, java.time.Instant.now()));
  }

  @Test
  default void nonBlockingIsRememberedAndChanged() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    assertTrue(handle.isNonBlocking());
    handle.setNonBlocking(false);
    assertTrue(!handle.isNonBlocking());
    feed(1);
    assertEquals(1, handle.dispatch(1, packet -> {}));
    handle.setNonBlocking(true);
    assertEquals(0, handle.dispatch(1, packet -> {}));
  }
}
