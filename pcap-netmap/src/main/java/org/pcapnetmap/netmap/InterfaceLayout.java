package org.pcapnetmap.netmap;

/**
 * Offsets of an interface: how many rings it has, and where they lie.
 *
 * <pre>
 *    0 +---------------------------------------------------------------+
 *      |                        name, 16 bytes                         |
 *   16 +-------------------------------+-------------------------------+
 *      |            version            |             flags             |
 *   24 +-------------------------------+-------------------------------+
 *      |           tx_rings            |           rx_rings            |
 *   32 +-------------------------------+-------------------------------+
 *      |           bufs_head           |         host_tx_rings         |
 *   40 +-------------------------------+-------------------------------+
 *      |         host_rx_rings         |       spare, 12 bytes         |
 *   56 +-------------------------------+-------------------------------+
 *      |   ring_ofs, 64 bits for each transmit, then each receive ring |
 *      +---------------------------------------------------------------+
 * </pre>
 *
 * <p>Source: the public netmap ABI, version 14. The C twin is {@code struct netmap_if}.
 */
public final class InterfaceLayout {
  /** Name of the port, ended by a zero byte. */
  public static final int NAME_OFFSET = 0;

  private static final int NAME_SIZE = 16;

  /** Version of the ABI, 32 bits. */
  public static final int VERSION_OFFSET = NAME_OFFSET + NAME_SIZE;

  /** Flags, 32 bits. */
  public static final int FLAGS_OFFSET = VERSION_OFFSET + Integer.BYTES;

  /** Number of transmit rings, 32 bits. */
  public static final int TX_RINGS_OFFSET = FLAGS_OFFSET + Integer.BYTES;

  /** Number of receive rings, 32 bits. */
  public static final int RX_RINGS_OFFSET = TX_RINGS_OFFSET + Integer.BYTES;

  /** First of the extra buffers, 0 for none, 32 bits. */
  public static final int BUFS_HEAD_OFFSET = RX_RINGS_OFFSET + Integer.BYTES;

  /** Number of transmit rings towards the host, 32 bits. */
  public static final int HOST_TX_RINGS_OFFSET = BUFS_HEAD_OFFSET + Integer.BYTES;

  /** Number of receive rings from the host, 32 bits. */
  public static final int HOST_RX_RINGS_OFFSET = HOST_TX_RINGS_OFFSET + Integer.BYTES;

  private static final int SPARE_SIZE = 3 * Integer.BYTES;

  /** Bytes from the interface to each ring, signed 64 bits each. */
  public static final int RING_OFS_OFFSET = HOST_RX_RINGS_OFFSET + Integer.BYTES + SPARE_SIZE;

  /** Bytes of the interface without the offsets of its rings. */
  public static final int SIZE = RING_OFS_OFFSET;

  /** Version of the ABI that this package reads. */
  public static final int ABI_VERSION = 14;

  private InterfaceLayout() {}
}
