package org.pcapnetmap.netmap;

/**
 * Offsets of one ring: a header of 256 bytes, then the slots.
 *
 * <pre>
 *     0 +-------------------------------+-------------------------------+
 *       |                            buf_ofs                            |
 *     8 +-------------------------------+-------------------------------+
 *       |           num_slots           |          nr_buf_size          |
 *    16 +---------------+---------------+-------------------------------+
 *       |    ringid     |      dir      |             head              |
 *    24 +---------------+---------------+-------------------------------+
 *       |              cur              |             tail              |
 *    32 +-------------------------------+-------------------------------+
 *       |             flags             |             (gap)             |
 *    40 +-------------------------------+-------------------------------+
 *       |                          ts, seconds                          |
 *    48 +---------------------------------------------------------------+
 *       |                       ts, microseconds                        |
 *    56 +---------------------------------------------------------------+
 *       |                          offset_mask                          |
 *    64 +---------------------------------------------------------------+
 *       |                           buf_align                           |
 *    72 +---------------------------------------------------------------+
 *       |                            (gap)                              |
 *   128 +---------------------------------------------------------------+
 *       |              sem, 128 bytes for the program's own locks       |
 *   256 +---------------------------------------------------------------+
 *       |              num_slots times a slot, see SlotLayout           |
 *       +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The program moves {@code head} and {@code cur}; the device moves {@code tail}, and only inside
 * a sync. Source: the public netmap ABI, version 14. The C twin is {@code struct netmap_ring}.
 */
public final class RingLayout {
  /** Bytes from the ring to buffer 0, signed 64 bits. */
  public static final int BUF_OFS_OFFSET = 0;

  /** Number of slots, 32 bits. */
  public static final int NUM_SLOTS_OFFSET = BUF_OFS_OFFSET + Long.BYTES;

  /** Bytes from one buffer to the next, 32 bits. */
  public static final int NR_BUF_SIZE_OFFSET = NUM_SLOTS_OFFSET + Integer.BYTES;

  /** Index among the rings of the same direction, 16 bits. */
  public static final int RINGID_OFFSET = NR_BUF_SIZE_OFFSET + Integer.BYTES;

  /** 0 for transmit, 1 for receive, 16 bits. */
  public static final int DIR_OFFSET = RINGID_OFFSET + Short.BYTES;

  /** First slot that the program still owns, 32 bits. */
  public static final int HEAD_OFFSET = DIR_OFFSET + Short.BYTES;

  /** The program wants to be woken when there is something beyond this slot, 32 bits. */
  public static final int CUR_OFFSET = HEAD_OFFSET + Integer.BYTES;

  /** First slot that the program does not own, 32 bits. */
  public static final int TAIL_OFFSET = CUR_OFFSET + Integer.BYTES;

  /** Flags of the ring, 32 bits. */
  public static final int FLAGS_OFFSET = TAIL_OFFSET + Integer.BYTES;

  private static final int FLAGS_GAP = Integer.BYTES;

  /** Time of the last sync: seconds, then microseconds, 64 bits each. */
  public static final int TS_OFFSET = FLAGS_OFFSET + Integer.BYTES + FLAGS_GAP;

  /** Which bits of a slot's pointer hold a data offset, 64 bits. */
  public static final int OFFSET_MASK_OFFSET = TS_OFFSET + 2 * Long.BYTES;

  /** Alignment asked of data offsets, 64 bits. */
  public static final int BUF_ALIGN_OFFSET = OFFSET_MASK_OFFSET + Long.BYTES;

  private static final int BUF_ALIGN_GAP = 56;

  /** Bytes for the program's own locks. */
  public static final int SEM_OFFSET = BUF_ALIGN_OFFSET + Long.BYTES + BUF_ALIGN_GAP;

  private static final int SEM_SIZE = 128;

  /** The first slot. */
  public static final int SLOT_OFFSET = SEM_OFFSET + SEM_SIZE;

  /** Bytes of the ring without its slots. */
  public static final int SIZE = SLOT_OFFSET;

  private RingLayout() {}
}
