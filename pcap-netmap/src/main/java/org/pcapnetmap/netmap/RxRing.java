package org.pcapnetmap.netmap;

import java.nio.ByteBuffer;

/**
 * A receive ring. {@link NetmapPort#rxSync()} or {@link NetmapPort#await} shows new frames; read
 * the slots from {@code head} up to {@code tail} and move {@code head}, or let {@link #read} do
 * both.
 */
public final class RxRing extends NetmapRing {
  /** In place of the arrivals' offset: the ring has none. */
  static final int NO_ARRIVALS = -1;

  private final int arrivalsBase;

  RxRing(ByteBuffer buffer, RingPlace place, int arrivalsBase) {
    super(buffer, place);
    this.arrivalsBase = arrivalsBase;
  }

  /**
   * Hands the frames that are there to the handler, where they lie, and then gives their slots back
   * to the device. If the handler throws, the slot that it was called for counts as read.
   *
   * @param handler called once for each slot
   * @param limit how many slots to read at most
   * @return how many slots were read
   */
  public int read(FrameHandler handler, int limit) {
    int slot = head();
    int count = Math.min(availableFrom(slot), limit);
    int read = 0;
    try {
      while (read < count) {
        int current = slot;
        slot = next(slot);
        read++;
        handler.onFrame(buffer, bufferOffset(current), frameLength(current), this, current);
      }
    } finally {
      advanceTo(slot);
    }
    return read;
  }

  /**
   * Whether arrival times and directions are kept beside the slots: always for a capture, for a raw
   * opening if {@link PortOptions#arrivals()} asked for them. A ring without them holds only what
   * the port received.
   *
   * @return whether the three methods below say more than the slot does
   */
  public boolean hasArrivals() {
    return arrivalsBase != NO_ARRIVALS;
  }

  /**
   * When the frame in a slot was sent.
   *
   * @param slot 0 to {@code numSlots() - 1}
   * @return nanoseconds since 1970, by the clock of the sender's batch; 0 if none are kept
   */
  public long arrivalTimeNanos(int slot) {
    if (!hasArrivals()) {
      return 0;
    }
    return buffer.getLong(arrivalOffset(slot) + ArrivalLayout.TIME_NS_OFFSET);
  }

  /**
   * How long the frame in a slot was before the snap length cut it.
   *
   * @param slot 0 to {@code numSlots() - 1}
   * @return bytes of the whole frame; 0 in the second and later slots of a frame of several slots
   */
  public int wireLength(int slot) {
    if (!hasArrivals()) {
      return length(slot);
    }
    return buffer.getInt(arrivalOffset(slot) + ArrivalLayout.WIRE_LEN_OFFSET);
  }

  /**
   * From which side the frame in a slot came.
   *
   * @param slot 0 to {@code numSlots() - 1}
   * @return {@link Direction#OUT} for what another opening of the same port sent
   */
  public Direction direction(int slot) {
    if (!hasArrivals()) {
      return Direction.IN;
    }
    return Direction.of(buffer.get(arrivalOffset(slot) + ArrivalLayout.DIRECTION_OFFSET));
  }

  // A neighbour on the switch may have spoiled the slot: never promise more than the buffer holds.
  private int frameLength(int slot) {
    return Math.min(length(slot), bufferSize);
  }

  private int arrivalOffset(int slot) {
    return arrivalsBase + slot * ArrivalLayout.SIZE;
  }
}
