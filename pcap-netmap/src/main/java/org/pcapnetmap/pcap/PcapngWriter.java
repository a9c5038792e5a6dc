package org.pcapnetmap.pcap;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.pcapnetmap.netmap.Direction;

/**
 * Writes a pcapng savefile of one section and one interface, in the machine's byte order, with
 * times in nanoseconds and the direction of each packet; see {@link PcapngFormat}.
 */
final class PcapngWriter extends SavefileWriter {
  private static final int NANOSECOND_EXPONENT = 9;

  /** An option with a value of up to 32 bits. */
  private static final int SMALL_OPTION = PcapngFormat.OPTION_HEADER + Integer.BYTES;

  /** A packet's options: the flags, and the end of options. */
  private static final int PACKET_OPTIONS = SMALL_OPTION + PcapngFormat.OPTION_HEADER;

  private Direction direction = Direction.INOUT;

  PcapngWriter(String name, WritableByteChannel channel, int linktype, int snaplen)
      throws SavefileException {
    super(new SavefileOutput(name, channel, PcapngWriter::blockLengthAt));
    putSectionHeader();
    putInterface(linktype, snaplen);
    output.flushHeader();
  }

  private static int blockLengthAt(ByteBuffer buffer, int at) {
    return buffer.getInt(at + PcapngFormat.BLOCK_LENGTH);
  }

  private void putSectionHeader() throws SavefileException {
    int length = PcapngFormat.SECTION_OPTIONS + PcapngFormat.BLOCK_TRAILER;
    int at = beginBlock(PcapngFormat.SECTION_HEADER, length);
    output
        .buffer()
        .putInt(at + PcapngFormat.SECTION_ORDER, PcapngFormat.BYTE_ORDER_MAGIC)
        .putShort(at + PcapngFormat.SECTION_MAJOR, (short) PcapngFormat.VERSION_MAJOR)
        .putShort(at + PcapngFormat.SECTION_MINOR, (short) 0)
        .putLong(at + PcapngFormat.SECTION_LENGTH, -1);
    output.commit(length);
  }

  private void putInterface(int linktype, int snaplen) throws SavefileException {
    int options = PcapngFormat.INTERFACE_OPTIONS;
    int length = options + SMALL_OPTION + PcapngFormat.OPTION_HEADER + PcapngFormat.BLOCK_TRAILER;
    int at = beginBlock(PcapngFormat.INTERFACE, length);
    output
        .buffer()
        .putInt(at + PcapngFormat.INTERFACE_LINKTYPE, 0)
        .putShort(at + PcapngFormat.INTERFACE_LINKTYPE, (short) linktype)
        .putInt(at + PcapngFormat.INTERFACE_SNAPLEN, snaplen);
    putOption(at + options, PcapngFormat.OPTION_IF_TSRESOL, 1, 0);
    output.buffer().put(at + options + PcapngFormat.OPTION_HEADER, (byte) NANOSECOND_EXPONENT);
    output.commit(length);
  }

  private int beginBlock(int type, int length) throws SavefileException {
    int at = output.reserve(length);
    output
        .buffer()
        .putInt(at + PcapngFormat.BLOCK_TYPE, type)
        .putInt(at + PcapngFormat.BLOCK_LENGTH, length)
        .putInt(at + length - PcapngFormat.BLOCK_TRAILER, length);
    return at;
  }

  /** Writes an option of up to four bytes, and the end of options behind it. */
  private void putOption(int at, int code, int length, int value) {
    output
        .buffer()
        .putShort(at, (short) code)
        .putShort(at + Short.BYTES, (short) length)
        .putInt(at + PcapngFormat.OPTION_HEADER, value)
        .putInt(at + SMALL_OPTION, PcapngFormat.OPTION_END);
  }

  @Override
  int recordLength(int length, Direction packetDirection) {
    direction = packetDirection;
    return PcapngFormat.PACKET_DATA
        + PcapngFormat.padded(length)
        + (direction == Direction.INOUT ? 0 : PACKET_OPTIONS)
        + PcapngFormat.BLOCK_TRAILER;
  }

  @Override
  int putHeader(int at, int recordLength, int length, int wireLength, long timeNanos) {
    output
        .buffer()
        .putInt(at + PcapngFormat.BLOCK_TYPE, PcapngFormat.ENHANCED_PACKET)
        .putInt(at + PcapngFormat.BLOCK_LENGTH, recordLength)
        .putInt(at + PcapngFormat.PACKET_INTERFACE, 0)
        .putInt(at + PcapngFormat.PACKET_TIME_HIGH, (int) (timeNanos >>> Integer.SIZE))
        .putInt(at + PcapngFormat.PACKET_TIME_LOW, (int) timeNanos)
        .putInt(at + PcapngFormat.PACKET_CAPTURED_LENGTH, length)
        .putInt(at + PcapngFormat.PACKET_WIRE_LENGTH, wireLength);
    return at + PcapngFormat.PACKET_DATA;
  }

  @Override
  void putTrailer(int at, int recordLength, int dataEnd) {
    ByteBuffer buffer = output.buffer();
    int options = at + PcapngFormat.padded(dataEnd - at);
    for (int padding = dataEnd; padding < options; padding++) {
      buffer.put(padding, (byte) 0);
    }
    if (direction != Direction.INOUT) {
      putOption(options, PcapngFormat.OPTION_EPB_FLAGS, Integer.BYTES, flags());
    }
    buffer.putInt(at + recordLength - PcapngFormat.BLOCK_TRAILER, recordLength);
  }

  private int flags() {
    return direction == Direction.IN ? PcapngFormat.EPB_INBOUND : PcapngFormat.EPB_OUTBOUND;
  }
}
