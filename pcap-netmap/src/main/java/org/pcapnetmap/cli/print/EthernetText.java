package org.pcapnetmap.cli.print;

/** Ethernet frames with any number of VLAN tags. */
final class EthernetText {
  private static final int TYPE = 2 * Addresses.MAC_LENGTH;
  private static final int HEADER = TYPE + Short.BYTES;
  private static final int TAG = 4;
  private static final int VLAN_ID_MASK = 0xfff;

  private static final int IPV4 = 0x0800;
  private static final int ARP = 0x0806;
  private static final int IPV6 = 0x86dd;
  private static final int VLAN = 0x8100;
  private static final int SERVICE_VLAN = 0x88a8;

  /** Smaller values in the type field are a length: the frame is of IEEE 802.3. */
  private static final int LEAST_TYPE = 0x600;

  private EthernetText() {}

  static void print(Line line, Bytes bytes, int wireLength) {
    if (!bytes.has(HEADER)) {
      line.add("[|ether]");
      return;
    }
    int at = TYPE;
    int type = bytes.u16(at);
    while ((type == VLAN || type == SERVICE_VLAN) && bytes.has(at + TAG + Short.BYTES)) {
      line.add("vlan ").add(bytes.u16(at + Short.BYTES) & VLAN_ID_MASK).add(", ");
      at += TAG;
      type = bytes.u16(at);
    }
    payload(line, bytes, at + Short.BYTES, type, wireLength);
  }

  private static void payload(Line line, Bytes bytes, int at, int type, int wireLength) {
    switch (type) {
      case IPV4 -> Ipv4Text.print(line.add("IP "), bytes, at);
      case IPV6 -> Ipv6Text.print(line.add("IP6 "), bytes, at);
      case ARP -> ArpText.print(line.add("ARP, "), bytes, at, wireLength - at);
      default -> other(line, bytes, type, wireLength);
    }
  }

  private static void other(Line line, Bytes bytes, int type, int wireLength) {
    Addresses.mac(line, bytes, Addresses.MAC_LENGTH);
    line.add(" > ");
    Addresses.mac(line, bytes, 0);
    if (type < LEAST_TYPE) {
      line.add(", 802.3");
    } else {
      line.add(", ethertype 0x").hex(type, 4);
    }
    line.add(", length ").add(wireLength);
  }
}
