package org.pcapnetmap.cli.print;

/** ICMP for IPv4 and IPv6: echoes in words, everything else by its numbers. */
final class IcmpText {
  /** The types of request and reply. */
  static final int[] ECHO = {8, 0};

  static final int[] ECHO6 = {128, 129};

  private static final int HEADER = 8;
  private static final int ID = 4;
  private static final int SEQUENCE = 6;

  private IcmpText() {}

  static void print(Line line, Bytes bytes, int at, int length, int[] echo) {
    if (!bytes.has(at + HEADER)) {
      line.add("[|icmp]");
      return;
    }
    int type = bytes.u8(at);
    if (type == echo[0] || type == echo[1]) {
      line.add(type == echo[0] ? "echo request, id " : "echo reply, id ");
      line.add(bytes.u16(at + ID)).add(", seq ").add(bytes.u16(at + SEQUENCE));
    } else {
      line.add("type ").add(type).add(" code ").add(bytes.u8(at + 1));
    }
    line.add(", length ").add(length);
  }
}
