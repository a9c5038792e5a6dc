package org.pcapnetmap.pcap;

/**
 * Where things lie in a pcapng savefile (draft-ietf-opsawg-pcapng). A file is a row of blocks, all
 * padded to 32 bits:
 *
 * <pre>
 *  0 +-----------------------------+
 *    | block type                  |
 *  4 +-----------------------------+
 *    | total length of the block   |
 *  8 +-----------------------------+
 *    | body, then options          |   option: code (16), length (16), value, padding
 *    +-----------------------------+
 *    | total length, once more     |
 *    +-----------------------------+
 * </pre>
 *
 * Offsets below count from the start of the block.
 */
final class PcapngFormat {
  static final int BLOCK_TYPE = 0;
  static final int BLOCK_LENGTH = 4;
  static final int BLOCK_BODY = 8;
  static final int BLOCK_TRAILER = Integer.BYTES;

  /** The smallest block: type, length, length. */
  static final int SMALLEST_BLOCK = BLOCK_BODY + BLOCK_TRAILER;

  /** Section header: byte order, version, section length. Its type reads alike in both orders. */
  static final int SECTION_HEADER = 0x0a0d0d0a;

  static final int BYTE_ORDER_MAGIC = 0x1a2b3c4d;
  static final int SECTION_ORDER = 8;
  static final int SECTION_MAJOR = 12;
  static final int SECTION_MINOR = 14;
  static final int SECTION_LENGTH = 16;
  static final int SECTION_OPTIONS = 24;
  static final int VERSION_MAJOR = 1;

  /** Interface description: link type, snap length, options. */
  static final int INTERFACE = 1;

  static final int INTERFACE_LINKTYPE = 8;
  static final int INTERFACE_SNAPLEN = 12;
  static final int INTERFACE_OPTIONS = 16;
  static final int OPTION_IF_NAME = 2;
  static final int OPTION_IF_TSRESOL = 9;
  static final int OPTION_IF_TSOFFSET = 14;

  /** Enhanced packet: interface, time (high word first), captured length, wire length, bytes. */
  static final int ENHANCED_PACKET = 6;

  static final int PACKET_INTERFACE = 8;
  static final int PACKET_TIME_HIGH = 12;
  static final int PACKET_TIME_LOW = 16;
  static final int PACKET_CAPTURED_LENGTH = 20;
  static final int PACKET_WIRE_LENGTH = 24;
  static final int PACKET_DATA = 28;
  static final int OPTION_EPB_FLAGS = 2;

  /** The bits of epb_flags that hold the direction. */
  static final int EPB_DIRECTION_MASK = 3;

  static final int EPB_INBOUND = 1;
  static final int EPB_OUTBOUND = 2;

  /** Packet: the enhanced packet's forerunner; interface is 16 bits, the rest alike. */
  static final int OBSOLETE_PACKET = 2;

  /** Simple packet: wire length and bytes, of the first interface, without a time. */
  static final int SIMPLE_PACKET = 3;

  static final int SIMPLE_WIRE_LENGTH = 8;
  static final int SIMPLE_DATA = 12;

  static final int OPTION_END = 0;
  static final int OPTION_HEADER = 4;

  private PcapngFormat() {}

  /** Rounds up to the format's unit of 32 bits. */
  static int padded(int length) {
    return length + 3 & ~3;
  }
}
