package org.pcap4j.core;

/**
 * Where the fields of libpcap's {@code struct pcap_if} lie on 64-bit systems.
 *
 * <pre>
 * 0 next  8 name  16 description  24 addresses  32 flags  36 (padding)  40
 * </pre>
 */
final class InterfaceLayout {
  static final int NEXT_OFFSET = 0;
  static final int NAME_OFFSET = NEXT_OFFSET + Long.BYTES;
  static final int DESCRIPTION_OFFSET = NAME_OFFSET + Long.BYTES;
  static final int ADDRESSES_OFFSET = DESCRIPTION_OFFSET + Long.BYTES;
  static final int FLAGS_OFFSET = ADDRESSES_OFFSET + Long.BYTES;
  static final int SIZE = FLAGS_OFFSET + 2 * Integer.BYTES;

  /** PCAP_IF_LOOPBACK. */
  static final int LOOPBACK = 0x01;

  /** PCAP_IF_UP and PCAP_IF_RUNNING. */
  static final int ALIVE = 0x02 | 0x04;

  /** PCAP_IF_CONNECTION_STATUS_CONNECTED. */
  static final int CONNECTED = 0x10;

  private InterfaceLayout() {}
}
