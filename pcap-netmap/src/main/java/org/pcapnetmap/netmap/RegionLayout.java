package org.pcapnetmap.netmap;

/**
 * Offsets of the device's description of an opening's memory.
 *
 * <pre>
 *    0 +-------------------------------+-------------------------------+
 *      |                             base                              |
 *    8 +---------------------------------------------------------------+
 *      |                             size                              |
 *   16 +---------------------------------------------------------------+
 *      |                           if_offset                           |
 *   24 +---------------------------------------------------------------+
 *      |                        arrivals_offset                        |
 *   32 +---------------------------------------------------------------+
 *      |                        arrivals_stride                        |
 *   40 +-------------------------------+-------------------------------+
 *      |           tx_rings            |           rx_rings            |
 *   48 +-------------------------------+-------------------------------+
 *      |           tx_slots            |           rx_slots            |
 *   56 +-------------------------------+-------------------------------+
 *      |           buf_size            |            buffers            |
 *   64 +-------------------------------+-------------------------------+
 *      |         first_tx_ring         |         first_rx_ring         |
 *   72 +-------------------------------+-------------------------------+
 *      |         port_tx_rings         |         port_rx_rings         |
 *   80 +-------------------------------+-------------------------------+
 * </pre>
 *
 * <p>The C twin is {@code struct nmd_region}.
 */
final class RegionLayout {
  static final int BASE_OFFSET = 0;
  static final int SIZE_OFFSET = BASE_OFFSET + Long.BYTES;
  static final int IF_OFFSET_OFFSET = SIZE_OFFSET + Long.BYTES;
  static final int ARRIVALS_OFFSET_OFFSET = IF_OFFSET_OFFSET + Long.BYTES;
  static final int ARRIVALS_STRIDE_OFFSET = ARRIVALS_OFFSET_OFFSET + Long.BYTES;
  static final int TX_RINGS_OFFSET = ARRIVALS_STRIDE_OFFSET + Long.BYTES;
  static final int RX_RINGS_OFFSET = TX_RINGS_OFFSET + Integer.BYTES;
  static final int TX_SLOTS_OFFSET = RX_RINGS_OFFSET + Integer.BYTES;
  static final int RX_SLOTS_OFFSET = TX_SLOTS_OFFSET + Integer.BYTES;
  static final int BUF_SIZE_OFFSET = RX_SLOTS_OFFSET + Integer.BYTES;
  static final int BUFFERS_OFFSET = BUF_SIZE_OFFSET + Integer.BYTES;
  static final int FIRST_TX_RING_OFFSET = BUFFERS_OFFSET + Integer.BYTES;
  static final int FIRST_RX_RING_OFFSET = FIRST_TX_RING_OFFSET + Integer.BYTES;
  static final int PORT_TX_RINGS_OFFSET = FIRST_RX_RING_OFFSET + Integer.BYTES;
  static final int PORT_RX_RINGS_OFFSET = PORT_TX_RINGS_OFFSET + Integer.BYTES;
  static final int SIZE = PORT_RX_RINGS_OFFSET + Integer.BYTES;

  private RegionLayout() {}
}
