package org.pcapnetmap.netmap;

/**
 * Offsets of one entry of the list of openings.
 *
 * <pre>
 *     0 +---------------------------------------------------------------+
 *       |                     switch_name, 16 bytes                     |
 *    16 +---------------------------------------------------------------+
 *       |                      port_name, 32 bytes                      |
 *    48 +---------------------------------------------------------------+
 *       |                       program, 32 bytes                       |
 *    80 +-------------------------------+-------------------------------+
 *       |             mode              |              pid              |
 *    88 +-------------------------------+-------------------------------+
 *       |              uid              |             index             |
 *    96 +-------------------------------+-------------------------------+
 *       |           tx_rings            |           rx_rings            |
 *   104 +-------------------------------+-------------------------------+
 *       |           tx_slots            |           rx_slots            |
 *   112 +-------------------------------+-------------------------------+
 *       |           buf_size            |         filter_length         |
 *   120 +-------------------------------+-------------------------------+
 *       |                          generation                           |
 *   128 +---------------------------------------------------------------+
 *       |                           opened_ns                           |
 *   136 +---------------------------------------------------------------+
 *       |                 stats, see StatisticsLayout                   |
 *   264 +---------------------------------------------------------------+
 *       |                        path, 32 bytes                         |
 *   296 +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The C twin is {@code struct nmd_info}.
 */
final class InfoLayout {
  static final int SWITCH_NAME_OFFSET = 0;
  static final int SWITCH_NAME_SIZE = 16;
  static final int PORT_NAME_OFFSET = SWITCH_NAME_OFFSET + SWITCH_NAME_SIZE;
  static final int PORT_NAME_SIZE = 32;
  static final int PROGRAM_OFFSET = PORT_NAME_OFFSET + PORT_NAME_SIZE;
  static final int PROGRAM_SIZE = 32;
  static final int MODE_OFFSET = PROGRAM_OFFSET + PROGRAM_SIZE;
  static final int PID_OFFSET = MODE_OFFSET + Integer.BYTES;
  static final int UID_OFFSET = PID_OFFSET + Integer.BYTES;
  static final int INDEX_OFFSET = UID_OFFSET + Integer.BYTES;
  static final int TX_RINGS_OFFSET = INDEX_OFFSET + Integer.BYTES;
  static final int RX_RINGS_OFFSET = TX_RINGS_OFFSET + Integer.BYTES;
  static final int TX_SLOTS_OFFSET = RX_RINGS_OFFSET + Integer.BYTES;
  static final int RX_SLOTS_OFFSET = TX_SLOTS_OFFSET + Integer.BYTES;
  static final int BUF_SIZE_OFFSET = RX_SLOTS_OFFSET + Integer.BYTES;
  static final int FILTER_LENGTH_OFFSET = BUF_SIZE_OFFSET + Integer.BYTES;
  static final int GENERATION_OFFSET = FILTER_LENGTH_OFFSET + Integer.BYTES;
  static final int OPENED_NS_OFFSET = GENERATION_OFFSET + Long.BYTES;
  static final int STATS_OFFSET = OPENED_NS_OFFSET + Long.BYTES;
  static final int PATH_OFFSET = STATS_OFFSET + StatisticsLayout.SIZE;
  static final int PATH_SIZE = 32;
  static final int SIZE = PATH_OFFSET + PATH_SIZE;

  private InfoLayout() {}
}
