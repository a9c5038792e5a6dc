package org.pcapnetmap.netmap;

import java.nio.ByteBuffer;

/**
 * A transmit ring. Fill the slots from {@code head} on and move {@code head}, or let {@link #offer}
 * do both; {@link NetmapPort#txSync()} sends.
 */
public final class TxRing extends NetmapRing {
  TxRing(ByteBuffer buffer, RingPlace place) {
    super(buffer, place);
  }

  /**
   * Copies one frame into the next free slot. It is sent by the next sync.
   *
   * @param source where the frame is
   * @param offset of the frame in source, independent of its position
   * @param length bytes, 0 to {@code bufferSize()}
   * @return false if the ring is full and nothing was copied
   * @throws IllegalArgumentException if the frame does not fit into a buffer
   * @throws IndexOutOfBoundsException if source does not hold these bytes
   */
  public boolean offer(ByteBuffer source, int offset, int length) {
    checkLength(length);
    if (available() == 0) {
      return false;
    }
    int slot = head();
    buffer.put(bufferOffset(slot), source, offset, length);
    commit(slot, length);
    return true;
  }

  /**
   * Copies one frame into the next free slot. It is sent by the next sync.
   *
   * @param source where the frame is
   * @param offset of the frame in source
   * @param length bytes, 0 to {@code bufferSize()}
   * @return false if the ring is full and nothing was copied
   * @throws IllegalArgumentException if the frame does not fit into a buffer
   * @throws IndexOutOfBoundsException if source does not hold these bytes
   */
  public boolean offer(byte[] source, int offset, int length) {
    checkLength(length);
    if (available() == 0) {
      return false;
    }
    int slot = head();
    buffer.put(bufferOffset(slot), source, offset, length);
    commit(slot, length);
    return true;
  }

  private void commit(int slot, int length) {
    setLength(slot, length);
    setFlags(slot, 0);
    advanceTo(next(slot));
  }

  private void checkLength(int length) {
    if (length > bufferSize) {
      throw new IllegalArgumentException(
          "a frame of "
              + length
              + " bytes does not fit into a buffer of "
              + bufferSize
              + "; open the port with larger buffers");
    }
  }
}
