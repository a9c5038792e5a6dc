package org.pcapnetmap.netmap;

/**
 * Offsets of one slot of a ring: which buffer, and how many bytes of it hold frame data.
 *
 * <pre>
 *   0               4       6       8                              16
 *   +---------------+-------+-------+-------------------------------+
 *   |    buf_idx    |  len  | flags |              ptr              |
 *   +---------------+-------+-------+-------------------------------+
 * </pre>
 *
 * <p>Source: the public netmap ABI, version 14. The C twin is {@code struct netmap_slot}.
 */
public final class SlotLayout {
  /** Index of the buffer, unsigned 32 bits; the program may swap it. */
  public static final int BUF_IDX_OFFSET = 0;

  /** Bytes of frame data, unsigned 16 bits. */
  public static final int LEN_OFFSET = BUF_IDX_OFFSET + Integer.BYTES;

  /** Flags, 16 bits; see {@link SlotFlags}. */
  public static final int FLAGS_OFFSET = LEN_OFFSET + Short.BYTES;

  /** Address of the data of a slot with {@link SlotFlags#INDIRECT}, 64 bits. */
  public static final int PTR_OFFSET = FLAGS_OFFSET + Short.BYTES;

  /** Bytes from one slot to the next. */
  public static final int SIZE = PTR_OFFSET + Long.BYTES;

  private SlotLayout() {}
}
