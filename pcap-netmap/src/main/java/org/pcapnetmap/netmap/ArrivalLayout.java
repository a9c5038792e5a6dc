package org.pcapnetmap.netmap;

/**
 * Offsets of one entry of the array beside a receive ring: how the frame in the slot of the same
 * number came.
 *
 * <pre>
 *   0                               8              12      13      16
 *   +-------------------------------+---------------+-------+-------+
 *   |            time_ns            |   wire_len    |  dir  |  gap  |
 *   +-------------------------------+---------------+-------+-------+
 * </pre>
 *
 * <p>The C twin is {@code struct nmd_arrival}.
 */
public final class ArrivalLayout {
  /** Nanoseconds since 1970 by the clock of the sender's batch, 64 bits. */
  public static final int TIME_NS_OFFSET = 0;

  /** Bytes of the frame before the snap length cut it, 32 bits. */
  public static final int WIRE_LEN_OFFSET = TIME_NS_OFFSET + Long.BYTES;

  /** 1 for received, 2 for sent by another opening of the port, 8 bits. */
  public static final int DIRECTION_OFFSET = WIRE_LEN_OFFSET + Integer.BYTES;

  private static final int GAP = 3;

  /** Bytes from one entry to the next. */
  public static final int SIZE = DIRECTION_OFFSET + Byte.BYTES + GAP;

  private ArrivalLayout() {}
}
