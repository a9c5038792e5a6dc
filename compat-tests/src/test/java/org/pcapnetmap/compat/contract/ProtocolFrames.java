package org.pcapnetmap.compat.contract;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** Frames of the protocols that filter expressions tell apart, by name. */
final class ProtocolFrames {
  private static final int UDP = 17;
  private static final int TCP = 6;
  private static final int VLAN = 0x8100;
  private static final int IPV4 = 0x0800;
  private static final int ARP = 0x0806;
  private static final int SYN = 2;
  private static final byte[] TO_ALL = {-1, -1, -1, -1, -1, -1};
  private static final byte[] TO_ONE = {2, 0, 0, 0, 0, 9};
  private static final byte[] TO_GROUP = {1, -128, -62, 0, 0, 0};
  private static final byte[] FROM = {2, 0, 0, 0, 0, 1};

  private ProtocolFrames() {}

  static Map<String, byte[]> all() {
    Map<String, byte[]> frames = new LinkedHashMap<>();
    frames.put("arp", frame(TO_ALL, 60, ARP, bytes(0, 1, 8, 0, 6, 4, 0, 1)));
    frames.put("dns", frame(TO_ALL, 80, IPV4, ip4(UDP, 53)));
    frames.put("one", frame(TO_ONE, 80, IPV4, ip4(UDP, 4000)));
    frames.put("syn", frame(TO_ALL, 80, IPV4, ip4(TCP, 80)));
    frames.put("long", frame(TO_ALL, 1000, IPV4, ip4(UDP, 9)));
    frames.put("dns6", frame(TO_ALL, 90, 0x86dd, ip6(53)));
    frames.put("stp", frame(TO_GROUP, 60, 38, bytes(0x42, 0x42, 3)));
    frames.put("vlan5", frame(TO_ALL, 80, VLAN, join(bytes(0, 5, 8, 0), ip4(UDP, 53))));
    frames.put("vlan7", frame(TO_ALL, 80, VLAN, join(bytes(0, 7, 8, 6), bytes(0, 1, 8, 0, 6, 4))));
    frames.put(
        "vlan3-5", frame(TO_ALL, 80, VLAN, join(bytes(0, 3, 0x81, 0, 0, 5, 8, 0), ip4(UDP, 53))));
    frames.put("mpls", frame(TO_ALL, 80, 0x8847, join(bytes(0, 6, 0x41, 64), ip4(UDP, 53))));
    return frames;
  }

  private static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }

  private static byte[] frame(byte[] to, int length, int type, byte[] payload) {
    ByteBuffer frame = ByteBuffer.allocate(length);
    return frame.put(to).put(FROM).putShort((short) type).put(payload).array();
  }

  /** From 10.0.0.1:4000 to 10.0.0.2; a SYN when it is TCP. Nobody looks at the checksums. */
  private static byte[] ip4(int protocol, int port) {
    ByteBuffer ip = ByteBuffer.allocate(40);
    ip.putInt(0x4500_0028).putInt(0).put((byte) 64).put((byte) protocol).putShort((short) 0);
    ip.putInt(0x0a00_0001).putInt(0x0a00_0002);
    ip.putShort((short) 4000).putShort((short) port);
    return ip.put(33, (byte) (protocol == TCP ? SYN : 0)).array();
  }

  private static byte[] ip6(int port) {
    ByteBuffer ip = ByteBuffer.allocate(48);
    ip.putInt(0x6000_0000).putShort((short) 8).put((byte) UDP).put((byte) 64);
    return ip.putShort(40, (short) 4000).putShort(42, (short) port).array();
  }
}
