package org.pcapnetmap.cli.print;

/** ARP for IPv4 over Ethernet. */
final class ArpText {
  private static final int OPERATION = 6;
  private static final int SENDER_MAC = 8;
  private static final int SENDER_IP = SENDER_MAC + Addresses.MAC_LENGTH;
  private static final int TARGET_IP = SENDER_IP + Addresses.IPV4_LENGTH + Addresses.MAC_LENGTH;
  private static final int LENGTH = TARGET_IP + Addresses.IPV4_LENGTH;

  /** Ethernet, IPv4, and the lengths of their addresses. */
  private static final long ETHERNET_IPV4_TYPES = 0x0001_0800L;

  private static final int ETHERNET_IPV4_LENGTHS = 0x0604;
  private static final int REQUEST = 1;
  private static final int REPLY = 2;

  private ArpText() {}

  static void print(Line line, Bytes bytes, int at, int length) {
    if (!bytes.has(at + LENGTH)) {
      line.add("[|arp]");
      return;
    }
    boolean known =
        bytes.u32(at) == ETHERNET_IPV4_TYPES && bytes.u16(at + 4) == ETHERNET_IPV4_LENGTHS;
    switch (known ? bytes.u16(at + OPERATION) : 0) {
      case REQUEST -> request(line, bytes, at);
      case REPLY -> reply(line, bytes, at);
      default -> line.add("operation ").add(bytes.u16(at + OPERATION));
    }
    line.add(", length ").add(length);
  }

  private static void request(Line line, Bytes bytes, int at) {
    Addresses.ipv4(line.add("Request who-has "), bytes, at + TARGET_IP);
    Addresses.ipv4(line.add(" tell "), bytes, at + SENDER_IP);
  }

  private static void reply(Line line, Bytes bytes, int at) {
    Addresses.ipv4(line.add("Reply "), bytes, at + SENDER_IP);
    Addresses.mac(line.add(" is-at "), bytes, at + SENDER_MAC);
  }
}
