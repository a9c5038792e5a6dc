package org.pcapnetmap.netmap;

/**
 * Offsets of the options of an open.
 *
 * <pre>
 *    0 +-------------------------------+-------------------------------+
 *      |             size              |             mode              |
 *    8 +-------------------------------+-------------------------------+
 *      |             flags             |           tx_slots            |
 *   16 +-------------------------------+-------------------------------+
 *      |           rx_slots            |           buf_size            |
 *   24 +-------------------------------+-------------------------------+
 *      |           tx_rings            |           rx_rings            |
 *   32 +-------------------------------+-------------------------------+
 *      |                           area_size                           |
 *   40 +-------------------------------+-------------------------------+
 *      |         extra_buffers         |            rx_room            |
 *   48 +-------------------------------+-------------------------------+
 * </pre>
 *
 * <p>The C twin is {@code struct nmd_options}.
 */
final class OptionsLayout {
  static final int SIZE_OFFSET = 0;
  static final int MODE_OFFSET = SIZE_OFFSET + Integer.BYTES;
  static final int FLAGS_OFFSET = MODE_OFFSET + Integer.BYTES;
  static final int TX_SLOTS_OFFSET = FLAGS_OFFSET + Integer.BYTES;
  static final int RX_SLOTS_OFFSET = TX_SLOTS_OFFSET + Integer.BYTES;
  static final int BUF_SIZE_OFFSET = RX_SLOTS_OFFSET + Integer.BYTES;
  static final int TX_RINGS_OFFSET = BUF_SIZE_OFFSET + Integer.BYTES;
  static final int RX_RINGS_OFFSET = TX_RINGS_OFFSET + Integer.BYTES;
  static final int AREA_SIZE_OFFSET = RX_RINGS_OFFSET + Integer.BYTES;
  static final int EXTRA_BUFFERS_OFFSET = AREA_SIZE_OFFSET + Long.BYTES;
  static final int RX_ROOM_OFFSET = EXTRA_BUFFERS_OFFSET + Integer.BYTES;
  static final int SIZE = RX_ROOM_OFFSET + Integer.BYTES;

  private OptionsLayout() {}
}
