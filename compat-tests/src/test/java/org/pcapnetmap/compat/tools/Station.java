package org.pcapnetmap.compat.tools;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * A host that exists in frames only: address 02:00:00:00:00:number, 10.0.0.number.
 *
 * @param number 1 to 254
 */
record Station(int number) {
  static final int SYN = 0x02;
  static final int RST = 0x04;
  static final int PUSH = 0x08;
  static final int ACK = 0x10;
  static final int FIN = 0x01;

  static final int ETHERTYPE_ARP = 0x0806;
  static final int ETHERTYPE_IPV4 = 0x0800;
  static final int PROTOCOL_TCP = 6;
  static final int IP_AT = 14;
  static final int TCP_AT = 34;

  private static final int ARP_LENGTH = 60;
  private static final int HEADERS = 54;
  private static final int TTL = 64;
  private static final int WINDOW = 64240;
  private static final int ARP_REQUEST = 1;
  private static final int ARP_REPLY = 2;

  /** MSS 1460, SACK permitted, time stamps, window scale 7: as Linux opens a connection. */
  private static final byte[] LINUX_SYN_OPTIONS = {
    2, 4, 5, (byte) 180, 4, 2, 8, 10, 0, 0, 0, 1, 0, 0, 0, 0, 1, 3, 3, 7
  };

  byte[] mac() {
    return new byte[] {2, 0, 0, 0, 0, (byte) number};
  }

  int ip() {
    return 0x0a000000 | number;
  }

  String ipText() {
    return "10.0.0." + number;
  }

  String macText() {
    return String.format("02:00:00:00:00:%02x", number);
  }

  private static ByteBuffer frame(int length, byte[] to, byte[] from, int type) {
    ByteBuffer frame = ByteBuffer.allocate(length);
    return frame.put(to).put(from).putShort((short) type);
  }

  /** Asks everybody for another station's hardware address. */
  byte[] arpRequest(Station wanted) {
    byte[] everybody = {-1, -1, -1, -1, -1, -1};
    return arp(ARP_REQUEST, everybody, new byte[6], wanted.ip());
  }

  /** Answers a request: to that hardware address, for that IP address. */
  byte[] arpReply(byte[] toMac, int toIp) {
    return arp(ARP_REPLY, toMac, toMac, toIp);
  }

  private byte[] arp(int operation, byte[] to, byte[] targetMac, int targetIp) {
    ByteBuffer arp = frame(ARP_LENGTH, to, mac(), ETHERTYPE_ARP);
    arp.putShort((short) 1).putShort((short) ETHERTYPE_IPV4).put((byte) 6).put((byte) 4);
    arp.putShort((short) operation).put(mac()).putInt(ip()).put(targetMac).putInt(targetIp);
    return bytes(arp);
  }

  /** A segment as Linux opens a connection with. */
  byte[] syn(Station to, int fromPort, int toPort, int sequence) {
    return tcp(to.mac(), to.ip(), fromPort, toPort, SYN, sequence, 0, LINUX_SYN_OPTIONS, "");
  }

  byte[] segment(
      Station to, int fromPort, int toPort, int flags, int sequence, int ack, String text) {
    return tcp(to.mac(), to.ip(), fromPort, toPort, flags, sequence, ack, new byte[0], text);
  }

  byte[] tcp(
      byte[] toMac,
      int toIp,
      int fromPort,
      int toPort,
      int flags,
      int sequence,
      int ack,
      byte[] options,
      String text) {
    byte[] payload = text.getBytes(StandardCharsets.ISO_8859_1);
    int length = HEADERS + options.length + payload.length;
    ByteBuffer frame = frame(length, toMac, mac(), ETHERTYPE_IPV4);
    frame.putShort((short) 0x4500).putShort((short) (length - IP_AT));
    frame.putShort((short) 1).putShort((short) 0x4000);
    frame.putShort((short) ((TTL << 8) | PROTOCOL_TCP)).putShort((short) 0);
    frame.putInt(ip()).putInt(toIp);
    frame.putShort((short) fromPort).putShort((short) toPort).putInt(sequence).putInt(ack);
    frame.put((byte) ((5 + options.length / 4) << 4)).put((byte) flags).putShort((short) WINDOW);
    frame.putInt(0).put(options).put(payload);
    Checksums.fill(frame, length);
    return bytes(frame);
  }

  private static byte[] bytes(ByteBuffer frame) {
    byte[] bytes = new byte[frame.capacity()];
    frame.get(0, bytes);
    return bytes;
  }
}
