package org.pcapnetmap.pcap;

import java.nio.ByteOrder;
import org.pcapnetmap.netmap.Direction;

/** Reads the packets of a pcap savefile, see {@link PcapFormat}. */
final class PcapReader extends SavefileReader {
  private final boolean nanosecond;
  private final int snaplen;
  private final int linktype;

  /** Takes a file whose magic {@link #recognizes} has seen, and set the byte order by. */
  PcapReader(SavefileInput input) throws SavefileException {
    super(input);
    input.require(PcapFormat.FILE_HEADER, "the file header");
    checkVersion(input);
    nanosecond = input.intAt(PcapFormat.MAGIC) == PcapFormat.MAGIC_NANOSECONDS;
    snaplen = declaredSnaplen(input.intAt(PcapFormat.SNAPLEN));
    linktype = input.intAt(PcapFormat.LINKTYPE) & Datalink.LINKTYPE_MASK;
    input.advance(PcapFormat.FILE_HEADER);
  }

  /** Whether the file begins as a pcap savefile; leaves the input in the file's byte order. */
  static boolean recognizes(SavefileInput input) {
    for (ByteOrder order : new ByteOrder[] {ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN}) {
      input.order(order);
      int magic = input.intAt(PcapFormat.MAGIC);
      if (magic == PcapFormat.MAGIC_MICROSECONDS || magic == PcapFormat.MAGIC_NANOSECONDS) {
        return true;
      }
    }
    return false;
  }

  private static void checkVersion(SavefileInput input) throws SavefileException {
    int major = input.unsignedShortAt(PcapFormat.MAJOR);
    int minor = input.unsignedShortAt(PcapFormat.MINOR);
    if (major != PcapFormat.VERSION_MAJOR || minor != PcapFormat.VERSION_MINOR) {
      throw input.fault(
          "pcap version "
              + major
              + "."
              + minor
              + " is not known, only 2.4; rewrite the file with a current tcpdump");
    }
  }

  /** Files written with snap length 0 or nonsense mean "whole packets", as libpcap takes them. */
  private static int declaredSnaplen(int snaplen) {
    return snaplen <= 0 || snaplen > MAX_SNAPLEN ? MAX_SNAPLEN : snaplen;
  }

  @Override
  public boolean next(PcapPacket packet) throws SavefileException {
    if (input.fill(PcapFormat.RECORD_HEADER) == 0) {
      return false;
    }
    input.require(PcapFormat.RECORD_HEADER, "a record header");
    int captured = checkedLength();
    input.require(PcapFormat.RECORD_HEADER + captured, "a record");
    describe(packet, captured);
    input.advance(PcapFormat.RECORD_HEADER + captured);
    return true;
  }

  private int checkedLength() throws SavefileException {
    long captured = input.unsignedIntAt(PcapFormat.CAPTURED_LENGTH);
    if (captured > MAX_SNAPLEN) {
      throw input.fault(
          "a record claims "
              + captured
              + " bytes where "
              + MAX_SNAPLEN
              + " are the most; the file is damaged from here on");
    }
    return (int) captured;
  }

  private void describe(PcapPacket packet, int captured) {
    long fraction = input.unsignedIntAt(PcapFormat.FRACTION);
    packet.buffer = input.window();
    packet.offset = input.position() + PcapFormat.RECORD_HEADER;
    packet.capturedLength = captured;
    packet.wireLength = Math.max(captured, input.intAt(PcapFormat.WIRE_LENGTH));
    packet.timeNanos =
        input.unsignedIntAt(PcapFormat.SECONDS) * PcapFormat.NANOS_PER_SECOND
            + (nanosecond ? fraction : fraction * PcapFormat.NANOS_PER_MICRO);
    packet.direction = Direction.INOUT;
    packet.linktype = linktype;
  }

  @Override
  public int linktype() {
    return linktype;
  }

  @Override
  public int snaplen() {
    return snaplen;
  }

  @Override
  public boolean isNanosecond() {
    return nanosecond;
  }
}
