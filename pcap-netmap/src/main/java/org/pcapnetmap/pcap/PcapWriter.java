package org.pcapnetmap.pcap;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.pcapnetmap.netmap.Direction;

/** Writes a pcap savefile in the machine's byte order, see {@link PcapFormat}. */
final class PcapWriter extends SavefileWriter {
  private final boolean nanosecond;

  PcapWriter(
      String name, WritableByteChannel channel, boolean nanosecond, int linktype, int snaplen)
      throws SavefileException {
    super(new SavefileOutput(name, channel, PcapWriter::recordLengthAt));
    this.nanosecond = nanosecond;
    int at = output.reserve(PcapFormat.FILE_HEADER);
    output
        .buffer()
        .putInt(
            at + PcapFormat.MAGIC,
            nanosecond ? PcapFormat.MAGIC_NANOSECONDS : PcapFormat.MAGIC_MICROSECONDS)
        .putShort(at + PcapFormat.MAJOR, PcapFormat.VERSION_MAJOR)
        .putShort(at + PcapFormat.MINOR, PcapFormat.VERSION_MINOR)
        .putLong(at + PcapFormat.ZONE, 0)
        .putInt(at + PcapFormat.SNAPLEN, snaplen)
        .putInt(at + PcapFormat.LINKTYPE, linktype);
    output.commit(PcapFormat.FILE_HEADER);
    output.flushHeader();
  }

  private static int recordLengthAt(ByteBuffer buffer, int at) {
    return PcapFormat.RECORD_HEADER + buffer.getInt(at + PcapFormat.CAPTURED_LENGTH);
  }

  @Override
  int recordLength(int length, Direction direction) {
    return PcapFormat.RECORD_HEADER + length;
  }

  @Override
  int putHeader(int at, int recordLength, int length, int wireLength, long timeNanos) {
    long seconds = timeNanos / PcapFormat.NANOS_PER_SECOND;
    int nanos = (int) (timeNanos - seconds * PcapFormat.NANOS_PER_SECOND);
    output
        .buffer()
        .putInt(at + PcapFormat.SECONDS, (int) seconds)
        .putInt(at + PcapFormat.FRACTION, nanosecond ? nanos : nanos / PcapFormat.NANOS_PER_MICRO)
        .putInt(at + PcapFormat.CAPTURED_LENGTH, length)
        .putInt(at + PcapFormat.WIRE_LENGTH, wireLength);
    return at + PcapFormat.RECORD_HEADER;
  }

  @Override
  void putTrailer(int at, int recordLength, int dataEnd) {
    // A pcap record ends with the packet's last byte.
  }
}
