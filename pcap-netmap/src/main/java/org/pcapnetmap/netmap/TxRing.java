package org.pcapnetmap.netmap;

import java.nio.ByteBuffer;

/**
 * A transmit ring. Fill the slots from {@code head} on and move {@code head}, or let {@link #offer}
 * do both; {@link NetmapPort#txSync()} sends.
 */
public final class TxRing extends NetmapRing {
  /** Bytes of the longest frame; a switch counts longer ones as bad and does not send them. */
  public static final int MAX_FRAME = 65535;

  /** Slots of the longest frame, as in netmap's own switch. */
  public static final int MAX_FRAGMENTS = 64;

  TxRing(ByteBuffer buffer, RingPlace place) {
    super(buffer, place);
  }

  /**
   * Copies one frame into the next free slots: one, or as many as a frame needs that is longer than
   * a buffer. It is sent by the next sync.
   *
   * @param source where the frame is
   * @param offset of the frame in source, independent of its position
   * @param length bytes of the frame
   * @return false if the ring has no room for the frame and nothing was copied
   * @throws IllegalArgumentException if the frame is longer than this ring can ever send
   * @throws IndexOutOfBoundsException if source does not hold these bytes
   */
  public boolean offer(ByteBuffer source, int offset, int length) {
    int slot = head();
    if (availableFrom(slot) < fragments(length)) {
      return false;
    }
    int from = offset;
    int left = length;
    for (; left > bufferSize; left -= bufferSize) {
      buffer.put(bufferOffset(slot), source, from, bufferSize);
      slot = fill(slot, bufferSize, SlotFlags.MORE_FRAGMENTS);
      from += bufferSize;
    }
    buffer.put(bufferOffset(slot), source, from, left);
    advanceTo(fill(slot, left, 0));
    return true;
  }

  /**
   * Copies one frame into the next free slots: one, or as many as a frame needs that is longer than
   * a buffer. It is sent by the next sync.
   *
   * @param source where the frame is
   * @param offset of the frame in source
   * @param length bytes of the frame
   * @return false if the ring has no room for the frame and nothing was copied
   * @throws IllegalArgumentException if the frame is longer than this ring can ever send
   * @throws IndexOutOfBoundsException if source does not hold these bytes
   */
  public boolean offer(byte[] source, int offset, int length) {
    int slot = head();
    if (availableFrom(slot) < fragments(length)) {
      return false;
    }
    int from = offset;
    int left = length;
    for (; left > bufferSize; left -= bufferSize) {
      buffer.put(bufferOffset(slot), source, from, bufferSize);
      slot = fill(slot, bufferSize, SlotFlags.MORE_FRAGMENTS);
      from += bufferSize;
    }
    buffer.put(bufferOffset(slot), source, from, left);
    advanceTo(fill(slot, left, 0));
    return true;
  }

  /** Describes what lies in a slot's buffer; returns the next slot. */
  private int fill(int slot, int length, int flags) {
    setLength(slot, length);
    setFlags(slot, flags);
    return next(slot);
  }

  private int fragments(int length) {
    return length <= bufferSize ? 1 : manyFragments(length);
  }

  private int manyFragments(int length) {
    int limit = Math.min(MAX_FRAME, Math.min(MAX_FRAGMENTS, numSlots - 1) * bufferSize);
    if (length > limit) {
      throw new IllegalArgumentException(
          "a frame of "
              + length
              + " bytes is longer than the "
              + limit
              + " that this ring can send; open the port with larger buffers");
    }
    return (length + bufferSize - 1) / bufferSize;
  }
}
