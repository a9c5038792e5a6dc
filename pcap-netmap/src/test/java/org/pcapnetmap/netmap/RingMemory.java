package org.pcapnetmap.netmap;

import java.nio.ByteBuffer;

/** A ring in memory of the test's own, so that the test can play the device. */
final class RingMemory {
  static final int NUM_SLOTS = 5;
  static final int BUFFER_SIZE = 128;
  static final int BUFFERS = 8;

  private static final int BASE = 64;
  private static final int ARRIVALS = BASE + RingLayout.SLOT_OFFSET + NUM_SLOTS * SlotLayout.SIZE;
  private static final int BUFFERS_BASE = ARRIVALS + NUM_SLOTS * ArrivalLayout.SIZE;
  private static final RingPlace PLACE =
      new RingPlace(BASE, NUM_SLOTS, BUFFER_SIZE, BUFFERS_BASE, BUFFERS);

  final ByteBuffer memory = NativeStruct.allocate(BUFFERS_BASE + BUFFERS * BUFFER_SIZE);
  final TxRing tx = new TxRing(memory, PLACE);
  final RxRing rx = new RxRing(memory, PLACE, ARRIVALS);

  /** Puts buffer i + 2 into slot i, and these slots into the program's hands. */
  RingMemory(int head, int tail) {
    for (int slot = 0; slot < NUM_SLOTS; slot++) {
      rx.setBufferIndex(slot, slot + 2);
    }
    rx.advanceTo(head);
    setTail(tail);
  }

  void setTail(int tail) {
    memory.putInt(BASE + RingLayout.TAIL_OFFSET, tail);
  }

  /** Puts a frame of one byte into a receive slot. */
  void deliver(int slot, int value, long timeNanos, int wireLength, int direction) {
    rx.setLength(slot, 1);
    memory.put(rx.bufferOffset(slot), (byte) value);
    int arrival = ARRIVALS + slot * ArrivalLayout.SIZE;
    memory.putLong(arrival + ArrivalLayout.TIME_NS_OFFSET, timeNanos);
    memory.putInt(arrival + ArrivalLayout.WIRE_LEN_OFFSET, wireLength);
    memory.put(arrival + ArrivalLayout.DIRECTION_OFFSET, (byte) direction);
  }
}
