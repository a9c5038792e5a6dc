package org.pcapnetmap.cli.print;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.time.ZoneId;
import org.pcapnetmap.cli.Terminal;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.PacketSink;

/** Prints a line for each packet; lines go out when flushed or when many have gathered. */
public final class PacketPrinter implements PacketSink {
  private static final int ENOUGH = 32 << 10;

  private final OutputStream out;
  private final int linktype;
  private final TimeText time;
  private final Line line = new Line();
  private final Bytes bytes = new Bytes();
  private int packetWireLength;

  /**
   * A printer.
   *
   * @param out takes the lines; it is not closed with the printer
   * @param linktype how packets begin, see {@link Datalink}
   * @param zone the time zone of the times of day
   * @param nanosecond whether times are printed to the nanosecond
   */
  public PacketPrinter(OutputStream out, int linktype, ZoneId zone, boolean nanosecond) {
    this.out = out;
    this.linktype = linktype;
    this.time = new TimeText(zone, nanosecond);
  }

  @Override
  public void onPacket(
      ByteBuffer source,
      int offset,
      int length,
      int wireLength,
      long timeNanos,
      Direction direction)
      throws IOException {
    time.print(line, timeNanos);
    line.add(' ');
    packetWireLength = wireLength;
    bytes.wrap(source, offset, length);
    print();
    line.add('\n');
    if (line.length() > ENOUGH) {
      flush();
    }
  }

  private void print() {
    switch (linktype) {
      case Datalink.EN10MB -> EthernetText.print(line, bytes, packetWireLength);
      case Datalink.RAW -> raw();
      default -> line.add("link type ").add(linktype).add(", length ").add(packetWireLength);
    }
  }

  private void raw() {
    if (bytes.has(1) && bytes.u8(0) >> 4 == 6) {
      Ipv6Text.print(line.add("IP6 "), bytes, 0);
    } else {
      Ipv4Text.print(line.add("IP "), bytes, 0);
    }
  }

  @Override
  public void flush() throws IOException {
    if (line.length() > 0) {
      try {
        line.writeTo(out);
      } catch (IOException e) {
        throw Terminal.outputFailure(e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    flush();
  }
}
