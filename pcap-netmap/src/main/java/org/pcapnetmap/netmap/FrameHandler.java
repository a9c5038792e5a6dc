package org.pcapnetmap.netmap;

import java.nio.ByteBuffer;

/** Takes frames where they lie in a receive ring. */
@FunctionalInterface
public interface FrameHandler {
  /**
   * Called for each slot. The bytes may be read until the method returns; then the slot goes back
   * to the device. A frame of several slots comes in as many calls, all but the last of them with
   * {@link SlotFlags#MORE_FRAGMENTS} in the slot's flags.
   *
   * @param buffer the ring's memory, in the machine's byte order; leave its position and limit
   *     alone
   * @param offset where in buffer the frame begins
   * @param length bytes of the frame in this slot
   * @param ring the ring, for what else is known of the frame (arrival time, direction, flags)
   * @param slot the frame's slot
   */
  void onFrame(ByteBuffer buffer, int offset, int length, RxRing ring, int slot);
}
