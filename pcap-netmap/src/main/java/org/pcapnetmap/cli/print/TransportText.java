package org.pcapnetmap.cli.print;

/** What IP carries: TCP, UDP, ICMP, and the numbers of everything else. */
final class TransportText {
  private static final int ICMP = 1;
  private static final int TCP = 6;
  private static final int UDP = 17;
  private static final int ICMP6 = 58;
  private static final int PORTS = 4;
  private static final int UDP_HEADER = 8;

  private TransportText() {}

  /** Whether the protocol begins with two ports, and they were captured. */
  static boolean hasPorts(int protocol, Bytes bytes, int at) {
    return (protocol == TCP || protocol == UDP) && bytes.has(at + PORTS);
  }

  /** Prints what lies from {@code at} on; length is what IP says, captured or not. */
  static void print(Line line, Bytes bytes, int at, int protocol, int length) {
    switch (protocol) {
      case TCP -> TcpText.print(line, bytes, at, length);
      case UDP -> udp(line, bytes, at, length);
      case ICMP -> IcmpText.print(line.add("ICMP "), bytes, at, length, IcmpText.ECHO);
      case ICMP6 -> IcmpText.print(line.add("ICMP6 "), bytes, at, length, IcmpText.ECHO6);
      default -> line.add("protocol ").add(protocol).add(", length ").add(length);
    }
  }

  private static void udp(Line line, Bytes bytes, int at, int length) {
    if (!bytes.has(at + UDP_HEADER) || length < UDP_HEADER) {
      line.add("[|udp]");
      return;
    }
    line.add("UDP, length ").add(Math.max(0, bytes.u16(at + PORTS) - UDP_HEADER));
  }
}
