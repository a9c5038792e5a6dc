package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where an opening's rings are found: the offsets lie in memory that others may spoil. */
final class PortMemoryTest {
  private static final int SIZE = 8192;
  private static final int RING = 1024;
  private static final int BUFFERS = 2048;
  private static final int SLOTS = 16;

  private final ByteBuffer memory = NativeStruct.allocate(SIZE);

  private PortMemory described(long size) {
    memory.putLong(InterfaceLayout.RING_OFS_OFFSET, RING);
    memory.putLong(RING + RingLayout.BUF_OFS_OFFSET, BUFFERS);
    ByteBuffer region = NativeStruct.allocate(RegionLayout.SIZE);
    Pointer base = Native.getDirectBufferPointer(memory);
    region.putLong(RegionLayout.BASE_OFFSET, Pointer.nativeValue(base));
    region.putLong(RegionLayout.SIZE_OFFSET, size);
    region.putInt(RegionLayout.TX_RINGS_OFFSET, 1);
    region.putInt(RegionLayout.TX_SLOTS_OFFSET, SLOTS);
    region.putInt(RegionLayout.BUF_SIZE_OFFSET, 64);
    region.putInt(RegionLayout.BUFFERS_OFFSET, SLOTS);
    return new PortMemory("vale0:1", region);
  }

  @Test
  void ringsLieWhereTheInterfaceSays() throws Exception {
    PortMemory described = described(SIZE);
    memory.putInt(RING + RingLayout.TAIL_OFFSET, 7);
    TxRing ring = described.txRings()[0];
    assertEquals(7, ring.tail());
    assertEquals(RING + BUFFERS, ring.bufferOffset(0));
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        SIZE,
        SIZE - RingLayout.SLOT_OFFSET,
        RING + 1,
        -RING - BUFFERS,
        Integer.MAX_VALUE - 7L,
        Long.MAX_VALUE,
        Long.MAX_VALUE - 7,
        Long.MIN_VALUE
      })
  void aSpoiledOffsetIsAnErrorOfItsType(long spoiled) {
    PortMemory described = described(SIZE);
    memory.putLong(RING + RingLayout.BUF_OFS_OFFSET, spoiled);
    assertDamaged(described);
    memory.putLong(RING + RingLayout.BUF_OFS_OFFSET, BUFFERS);
    memory.putLong(InterfaceLayout.RING_OFS_OFFSET, spoiled);
    assertDamaged(described);
  }

  private static void assertDamaged(PortMemory described) {
    NetmapException e = assertThrows(IncompatibleSwitchException.class, described::txRings);
    assertTrue(e.getMessage().startsWith("vale0:1: the port's rings are damaged; "), e.toString());
  }

  @Test
  void memoryBeyondWhatJavaCanAddress() {
    // Only described, never touched there.
    PortMemory described = described(1L << 32);
    memory.putLong(RING + RingLayout.BUF_OFS_OFFSET, Integer.MAX_VALUE - 7L);
    assertThrows(RingTooLargeException.class, described::txRings);
  }
}
