package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who sees what a handle of the same interface sends. */
interface DirectionScenarios extends Scenarios {
  /** 1 is sent by another handle of the interface, 2 and the last one arrive. */
  private void exchange(Handle beside) throws IOException {
    beside.inject(TestFrames.numbered(1));
    feed(2, LAST);
  }

  @Test
  default void sendingHandleDoesNotSeeItsOwn() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    exchange(handle);
    assertEquals(List.of(2), Scenarios.numbers(readToLast(handle)));
  }

  @Test
  default void anotherHandleSeesWhatIsSent() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    exchange(open(Options.NONBLOCKING));
    assertEquals(List.of(1, 2), Scenarios.numbers(readToLast(handle)));
  }

  @Test
  default void directionInHidesWhatIsSent() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    handle.setDirection(Handle.Direction.IN);
    exchange(open(Options.NONBLOCKING));
    assertEquals(List.of(2), Scenarios.numbers(readToLast(handle)));
  }

  @Test
  default void directionOutHidesWhatArrives() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    Handle beside = open(Options.NONBLOCKING);
    handle.setDirection(Handle.Direction.OUT);
    exchange(beside);
    beside.inject(TestFrames.numbered(LAST));
    assertEquals(List.of(1), Scenarios.numbers(readToLast(handle)));
  }

  @Test
  default void directionHoldsForWhatIsUnread() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    Handle beside = open(Options.NONBLOCKING);
    feed(1, 2);
    beside.inject(TestFrames.numbered(3));
    feed(4);
    Scenarios.await(() -> handle.statistics().received() == 4);
    read(handle, 1);
    handle.setDirection(Handle.Direction.OUT);
    feed(5);
    beside.inject(TestFrames.numbered(6));
    beside.inject(TestFrames.numbered(LAST));
    assertEquals(List.of(3, 6), Scenarios.numbers(readToLast(handle)));
    assertEquals(0, handle.dispatch(-1, packet -> {}));
  }

  @Test
  default void countsOfADirection() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    handle.setDirection(Handle.Direction.IN);
    exchange(open(Options.NONBLOCKING));
    readToLast(handle);
    boolean both = !differs(Difference.COUNTS_WHAT_IS_SEEN);
    assertEquals(both ? 3 : 2, handle.statistics().received());
  }

  /** Not with the first frames: stock checks those by a filter engine that knows no direction. */
  @Test
  default void inboundAndOutboundAreFilters() throws IOException {
    Handle in = open(Options.NONBLOCKING);
    Handle out = open(Options.NONBLOCKING);
    Handle beside = open(Options.NONBLOCKING);
    in.setFilter("inbound");
    out.setFilter("outbound");
    feed(0);
    beside.inject(TestFrames.numbered(0));
    exchange(beside);
    beside.inject(TestFrames.numbered(LAST));
    assertEquals(List.of(2), withoutFirst(readToLast(in)));
    assertEquals(List.of(1), withoutFirst(readToLast(out)));
  }

  private static List<Integer> withoutFirst(List<Packet> packets) {
    return packets.stream().map(Packet::number).filter(number -> number > 0).toList();
  }
}
