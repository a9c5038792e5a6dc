package org.pcapnetmap.cli.send;

import java.nio.ByteBuffer;

/**
 * A valid Ethernet, IPv4 and UDP frame, whose payload begins with a sequence number and its
 * complement:
 *
 * <pre>
 *   0 destination (6), source (6), type 0x0800 (2)
 *  14 IPv4 header, 20 bytes, with checksum
 *  34 UDP header, 8 bytes, with checksum
 *  42 sequence number (8), big-endian, from 0
 *  50 its bits, inverted (8)
 *  58 the numbers 58, 59, ... modulo 256, up to the frame's end
 * </pre>
 *
 * A number and its inverse always add up to the same in the Internet checksum, so one checksum is
 * right for every frame, and a receiver can tell a damaged number.
 */
public final class FrameTemplate {
  /** The shortest frame, as Ethernet has it without its checksum. */
  static final int MIN_SIZE = 60;

  /** Where the sequence number lies. */
  static final int SEQUENCE = 42;

  private static final int TYPE = 12;
  private static final int IP = 14;
  private static final int UDP = 34;
  private static final int PATTERN = SEQUENCE + 2 * Long.BYTES;
  private static final int VERSION_AND_LENGTH = 0x4500;
  private static final int DO_NOT_FRAGMENT = 0x4000;
  private static final int TTL_AND_UDP = 64 << 8 | 17;
  private static final int UDP_PROTOCOL = 17;

  private final ByteBuffer frame;
  private final int size;

  FrameTemplate(Endpoint source, Endpoint destination, int size) {
    this.size = size;
    this.frame = ByteBuffer.allocateDirect(size);
    putMac(0, destination.mac());
    putMac(TYPE / 2, source.mac());
    frame.putShort(TYPE, (short) 0x0800);
    putIp(source, destination);
    putPayload();
    putUdp(source, destination);
  }

  /**
   * A frame to everybody, as {@code nmcap send} makes them.
   *
   * @param mac where it comes from, 48 bits
   * @param size bytes, from 60 on
   * @return the frame, in a direct buffer
   */
  public static ByteBuffer broadcast(long mac, int size) {
    return new FrameTemplate(Endpoint.source(mac), Endpoint.everybody(), size).frame();
  }

  ByteBuffer frame() {
    return frame;
  }

  int size() {
    return size;
  }

  private void putMac(int at, long mac) {
    frame.putShort(at, (short) (mac >> Integer.SIZE)).putInt(at + Short.BYTES, (int) mac);
  }

  private void putIp(Endpoint source, Endpoint destination) {
    frame
        .putShort(IP, (short) VERSION_AND_LENGTH)
        .putShort(IP + 2, (short) (size - IP))
        .putInt(IP + 4, DO_NOT_FRAGMENT)
        .putShort(IP + 8, (short) TTL_AND_UDP)
        .putInt(IP + 12, source.ip())
        .putInt(IP + 16, destination.ip());
    frame.putShort(IP + 10, (short) checksum(IP, UDP, 0));
  }

  private void putPayload() {
    frame.putLong(SEQUENCE, 0).putLong(SEQUENCE + Long.BYTES, ~0L);
    for (int i = PATTERN; i < size; i++) {
      frame.put(i, (byte) i);
    }
  }

  private void putUdp(Endpoint source, Endpoint destination) {
    int length = size - UDP;
    frame
        .putShort(UDP, (short) source.port())
        .putShort(UDP + 2, (short) destination.port())
        .putShort(UDP + 4, (short) length);
    long pseudoHeader = sum(source.ip()) + sum(destination.ip()) + UDP_PROTOCOL + length;
    int checksum = checksum(UDP, size, pseudoHeader);
    // Zero would mean that there is none.
    frame.putShort(UDP + 6, (short) (checksum == 0 ? 0xffff : checksum));
  }

  private static long sum(int address) {
    return (address >>> Short.SIZE) + (address & 0xffffL);
  }

  /** The Internet checksum (RFC 1071) of the bytes, and of what was added up before. */
  private int checksum(int from, int to, long before) {
    long sum = before;
    for (int i = from; i < to; i++) {
      int octet = frame.get(i) & 0xff;
      sum += (i - from) % 2 == 0 ? octet << Byte.SIZE : octet;
    }
    while (sum > 0xffff) {
      sum = (sum >> Short.SIZE) + (sum & 0xffff);
    }
    return (int) ~sum & 0xffff;
  }
}
