package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class RxRingTest {
  private final List<Integer> seen = new ArrayList<>();
  private final FrameHandler collect =
      (buffer, offset, length, ring, slot) -> {
        assertTrue(seen.size() < RingMemory.NUM_SLOTS, "more frames than slots");
        seen.add((int) buffer.get(offset));
      };

  @Test
  void readHandsOverEachFrameInOrderAcrossTheEnd() {
    RingMemory ring = ring(3, 2);
    assertEquals(4, ring.rx.read(collect, Integer.MAX_VALUE));
    assertEquals(List.of(3, 4, 0, 1), seen);
    assertEquals(2, ring.rx.head());
    assertEquals(2, ring.rx.cur());
  }

  @Test
  void readStopsAtTheLimit() {
    RingMemory ring = ring(0, 4);
    assertEquals(2, ring.rx.read(collect, 2));
    assertEquals(2, ring.rx.head());
    assertEquals(0, ring.rx.read(collect, 0));
    assertEquals(List.of(0, 1), seen);
  }

  @Test
  void aHandlerThatThrowsLosesNoProgress() {
    RingMemory ring = ring(0, 4);
    FrameHandler failing =
        (buffer, offset, length, rx, slot) -> {
          if (slot == 1) {
            throw new UnsupportedOperationException();
          }
        };
    assertThrows(UnsupportedOperationException.class, () -> ring.rx.read(failing, 4));
    assertEquals(2, ring.rx.head());
    assertEquals(2, ring.rx.read(collect, 4));
    assertEquals(List.of(2, 3), seen);
  }

  @Test
  void readNeverPromisesMoreThanTheBufferHolds() {
    RingMemory ring = ring(0, 1);
    ring.rx.setLength(0, 65535);
    ring.rx.read((buffer, offset, length, rx, slot) -> seen.add(length), 1);
    assertEquals(List.of(RingMemory.BUFFER_SIZE), seen);
  }

  @Test
  void aSpoiledSlotIsReportedAndPassed() {
    RingMemory ring = ring(0, 3);
    ring.rx.setBufferIndex(1, -5);
    assertThrows(IndexOutOfBoundsException.class, () -> ring.rx.read(collect, 3));
    assertEquals(1, ring.rx.read(collect, 3));
    assertEquals(List.of(0, 2), seen);
  }

  @ParameterizedTest
  @ValueSource(ints = {RingMemory.NUM_SLOTS, -1, -5, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void aSpoiledRingShowsNothingAndIsLeftToTheDevice(int spoiled) {
    RingMemory tail = ring(1, spoiled);
    assertEquals(0, tail.rx.read(collect, Integer.MAX_VALUE));
    assertEquals(1, tail.rx.head());
    RingMemory head = ring(spoiled, 3);
    assertEquals(0, head.rx.read(collect, Integer.MAX_VALUE));
    assertEquals(spoiled, head.rx.head(), "the next sync finds it and puts it back");
    assertEquals(List.of(), seen);
  }

  @Test
  void eachSlotSaysHowItsFrameCame() {
    RingMemory ring = ring(0, 4);
    ring.deliver(2, 0, 1_700_000_000_123_456_789L, 9000, 2);
    assertEquals(1_700_000_000_123_456_789L, ring.rx.arrivalTimeNanos(2));
    assertEquals(9000, ring.rx.wireLength(2));
    assertEquals(Direction.OUT, ring.rx.direction(2));
    assertEquals(Direction.IN, ring.rx.direction(3));
  }

  private static RingMemory ring(int head, int tail) {
    RingMemory ring = new RingMemory(head, tail);
    for (int slot = 0; slot < RingMemory.NUM_SLOTS; slot++) {
      ring.deliver(slot, slot, 1, 1, 1);
    }
    return ring;
  }
}
