package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TxRingTest {
  private static final byte[] FRAME = {1, 2, 3, 4, 5, 6, 7, 8, 9};

  @Test
  void offerFillsTheSlotsUntilTheRingIsFull() {
    RingMemory ring = new RingMemory(4, 1);
    ring.tx.setFlags(4, SlotFlags.INDIRECT);
    assertTrue(ring.tx.offer(FRAME, 2, 4));
    assertTrue(ring.tx.offer(ByteBuffer.wrap(FRAME), 1, 3));
    assertFalse(ring.tx.offer(FRAME, 0, 1));
    assertEquals(1, ring.tx.head());
    assertSlot(ring, 4, 3, 4, 5, 6);
    assertSlot(ring, 0, 2, 3, 4);
  }

  @Test
  void offerLeavesTheSourcePositionAlone() {
    ByteBuffer source = ByteBuffer.wrap(FRAME).position(5);
    assertTrue(new RingMemory(0, 1).tx.offer(source, 0, 9));
    assertEquals(5, source.position());
  }

  @Test
  void aFrameLongerThanABufferTakesSeveralSlots() {
    RingMemory ring = new RingMemory(4, 3);
    byte[] frame = new byte[2 * RingMemory.BUFFER_SIZE + 3];
    for (int i = 0; i < frame.length; i++) {
      frame[i] = (byte) i;
    }
    assertTrue(ring.tx.offer(frame, 0, frame.length));
    assertEquals(2, ring.tx.head());
    assertFragment(ring, 4, SlotFlags.MORE_FRAGMENTS, 0, RingMemory.BUFFER_SIZE);
    assertFragment(ring, 0, SlotFlags.MORE_FRAGMENTS, 128, RingMemory.BUFFER_SIZE);
    assertFragment(ring, 1, 0, 0, 3);
    assertFalse(ring.tx.offer(ByteBuffer.wrap(frame), 0, frame.length));
    assertEquals(2, ring.tx.head());
    ring.setTail(0);
    assertTrue(ring.tx.offer(ByteBuffer.wrap(frame), 0, frame.length));
    assertFragment(ring, 4, 0, 0, 3);
  }

  @Test
  void aFrameThatNeverFitsIsRefused() {
    RingMemory ring = new RingMemory(0, 4);
    byte[] large = new byte[4 * RingMemory.BUFFER_SIZE + 1];
    assertThrows(IllegalArgumentException.class, () -> ring.tx.offer(large, 0, large.length));
    assertEquals(0, ring.tx.head());
    assertTrue(ring.tx.offer(large, 0, large.length - 1));
  }

  @Test
  void bytesThatTheSourceLacksAreNotSent() {
    RingMemory ring = new RingMemory(0, 1);
    assertThrows(IndexOutOfBoundsException.class, () -> ring.tx.offer(FRAME, 5, 5));
    assertThrows(IndexOutOfBoundsException.class, () -> ring.tx.offer(FRAME, 0, -1));
    assertEquals(0, ring.tx.head());
  }

  @ParameterizedTest
  @ValueSource(ints = {RingMemory.NUM_SLOTS, -1, -5, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void aSpoiledRingHasNoRoom(int spoiled) {
    RingMemory tail = new RingMemory(1, spoiled);
    assertFalse(tail.tx.offer(FRAME, 0, 1));
    assertFalse(tail.tx.offer(ByteBuffer.wrap(FRAME), 0, 1));
    assertEquals(1, tail.tx.head());
    RingMemory head = new RingMemory(spoiled, 3);
    assertFalse(head.tx.offer(FRAME, 0, 1));
    assertFalse(head.tx.offer(ByteBuffer.wrap(FRAME), 0, 1));
    assertEquals(spoiled, head.tx.head());
  }

  private static void assertFragment(RingMemory ring, int slot, int flags, int first, int length) {
    assertEquals(flags, ring.tx.flags(slot));
    assertEquals(length, ring.tx.length(slot));
    assertEquals((byte) first, ring.memory.get(ring.tx.bufferOffset(slot)));
  }

  private static void assertSlot(RingMemory ring, int slot, int... bytes) {
    assertEquals(bytes.length, ring.tx.length(slot));
    assertEquals(0, ring.tx.flags(slot));
    for (int i = 0; i < bytes.length; i++) {
      assertEquals(bytes[i], ring.memory.get(ring.tx.bufferOffset(slot) + i));
    }
  }
}
