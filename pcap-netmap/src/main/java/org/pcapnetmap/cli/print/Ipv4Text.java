package org.pcapnetmap.cli.print;

/** IPv4 headers. */
final class Ipv4Text {
  private static final int LEAST_HEADER = 20;
  private static final int TOTAL_LENGTH = 2;
  private static final int FRAGMENT = 6;
  private static final int PROTOCOL = 9;
  private static final int SOURCE = 12;
  private static final int DESTINATION = 16;
  private static final int FRAGMENT_OFFSET_MASK = 0x1fff;
  private static final int VERSION = 4;

  private Ipv4Text() {}

  static void print(Line line, Bytes bytes, int at) {
    if (!bytes.has(at + LEAST_HEADER)) {
      line.add("[|ip]");
      return;
    }
    int header = (bytes.u8(at) & 0xf) * 4;
    int total = bytes.u16(at + TOTAL_LENGTH);
    if (bytes.u8(at) >> 4 != VERSION || header < LEAST_HEADER || total < header) {
      line.add("bad header, length ").add(total);
      return;
    }
    int protocol = bytes.u8(at + PROTOCOL);
    int offset = (bytes.u16(at + FRAGMENT) & FRAGMENT_OFFSET_MASK) * 8;
    boolean ports = offset == 0 && TransportText.hasPorts(protocol, bytes, at + header);
    address(line, bytes, at + SOURCE, ports, at + header);
    address(line.add(" > "), bytes, at + DESTINATION, ports, at + header + Short.BYTES);
    line.add(": ");
    if (offset > 0) {
      line.add("fragment at ").add(offset).add(", length ").add(total - header);
    } else {
      TransportText.print(line, bytes, at + header, protocol, total - header);
    }
  }

  private static void address(Line line, Bytes bytes, int at, boolean ports, int portAt) {
    Addresses.ipv4(line, bytes, at);
    if (ports) {
      line.add('.').add(bytes.u16(portAt));
    }
  }
}
