package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class NetmapRingTest {
  @Test
  void theFirstSlotComesAfterTheLast() {
    TxRing ring = new RingMemory(0, 0).tx;
    assertEquals(1, ring.next(0));
    assertEquals(0, ring.next(RingMemory.NUM_SLOTS - 1));
  }

  @Test
  void availableCountsFromHeadToTailAcrossTheEnd() {
    assertEquals(0, new RingMemory(3, 3).tx.available());
    assertEquals(2, new RingMemory(1, 3).tx.available());
    assertEquals(3, new RingMemory(4, 2).tx.available());
  }

  @ParameterizedTest
  @ValueSource(ints = {RingMemory.NUM_SLOTS, -1, -5, Integer.MIN_VALUE, Integer.MAX_VALUE})
  void nothingIsAvailableWhereHeadOrTailIsNoSlot(int spoiled) {
    assertEquals(0, new RingMemory(1, spoiled).tx.available());
    assertEquals(0, new RingMemory(spoiled, 3).tx.available());
    assertEquals(0, new RingMemory(spoiled, spoiled).tx.available());
  }

  @Test
  void slotsKeepWhatIsPutIntoThem() {
    TxRing ring = new RingMemory(0, 0).tx;
    ring.setBufferIndex(1, 7);
    ring.setLength(1, 65535);
    ring.setFlags(1, SlotFlags.BUF_CHANGED | 0x8000);
    assertEquals(7, ring.bufferIndex(1));
    assertEquals(65535, ring.length(1));
    assertEquals(SlotFlags.BUF_CHANGED | 0x8000, ring.flags(1));
    assertEquals(3, ring.bufferIndex(2) - 1, "the neighbour is untouched");
  }

  @Test
  void headAndCurMoveAlone() {
    TxRing ring = new RingMemory(0, 4).tx;
    ring.setCur(3);
    ring.setHead(2);
    assertEquals(3, ring.cur());
    assertEquals(2, ring.head());
  }

  @Test
  void buffersLieOneBufferSizeApart() {
    TxRing ring = new RingMemory(0, 0).tx;
    assertEquals(RingMemory.BUFFER_SIZE, ring.bufferOffset(1) - ring.bufferOffset(0));
  }

  @Test
  void anIndexBeyondTheBuffersIsFound() {
    TxRing ring = new RingMemory(0, 0).tx;
    for (int index : new int[] {RingMemory.BUFFERS, -1, Integer.MIN_VALUE, Integer.MAX_VALUE}) {
      ring.setBufferIndex(0, index);
      assertThrows(IndexOutOfBoundsException.class, () -> ring.bufferOffset(0));
    }
  }
}
