package org.pcapnetmap.cli.print;

/** IPv6 headers and the extension headers behind them. */
final class Ipv6Text {
  private static final int HEADER = 40;
  private static final int PAYLOAD_LENGTH = 4;
  private static final int NEXT_HEADER = 6;
  private static final int SOURCE = 8;
  private static final int DESTINATION = SOURCE + Addresses.IPV6_LENGTH;
  private static final int VERSION = 6;

  private static final int HOP_BY_HOP = 0;
  private static final int ROUTING = 43;
  private static final int FRAGMENT = 44;
  private static final int DESTINATION_OPTIONS = 60;
  private static final int EXTENSION_UNIT = 8;
  private static final int FRAGMENT_OFFSET_MASK = 0xfff8;

  private Ipv6Text() {}

  static void print(Line line, Bytes bytes, int at) {
    if (!bytes.has(at + HEADER)) {
      line.add("[|ip6]");
      return;
    }
    if (bytes.u8(at) >> 4 != VERSION) {
      line.add("bad header");
      return;
    }
    int end = at + HEADER + bytes.u16(at + PAYLOAD_LENGTH);
    int next = bytes.u8(at + NEXT_HEADER);
    int body = at + HEADER;
    int fragment = 0;
    while (isExtension(next) && bytes.has(body + EXTENSION_UNIT) && fragment == 0) {
      boolean isFragment = next == FRAGMENT;
      fragment = isFragment ? bytes.u16(body + Short.BYTES) & FRAGMENT_OFFSET_MASK : 0;
      int length = isFragment ? EXTENSION_UNIT : (bytes.u8(body + 1) + 1) * EXTENSION_UNIT;
      next = bytes.u8(body);
      body += length;
    }
    boolean ports = fragment == 0 && TransportText.hasPorts(next, bytes, body);
    address(line, bytes, at + SOURCE, ports, body);
    address(line.add(" > "), bytes, at + DESTINATION, ports, body + Short.BYTES);
    line.add(": ");
    if (fragment > 0) {
      line.add("fragment at ").add(fragment).add(", length ").add(Math.max(0, end - body));
    } else {
      TransportText.print(line, bytes, body, next, Math.max(0, end - body));
    }
  }

  private static boolean isExtension(int header) {
    return header == HOP_BY_HOP
        || header == ROUTING
        || header == FRAGMENT
        || header == DESTINATION_OPTIONS;
  }

  private static void address(Line line, Bytes bytes, int at, boolean ports, int portAt) {
    Addresses.ipv6(line, bytes, at);
    if (ports) {
      line.add('.').add(bytes.u16(portAt));
    }
  }
}
