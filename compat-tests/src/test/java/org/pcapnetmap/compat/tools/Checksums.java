package org.pcapnetmap.compat.tools;

import java.nio.ByteBuffer;

/** The checksums of IPv4 and TCP. */
final class Checksums {
  private static final int IP_CHECKSUM_AT = 24;
  private static final int ADDRESSES_AT = 26;
  private static final int TCP_CHECKSUM_AT = 50;

  private Checksums() {}

  /** Fills in both, which are 0 so far, in a frame of so many bytes without padding. */
  static void fill(ByteBuffer frame, int length) {
    frame.putShort(IP_CHECKSUM_AT, folded(sum(frame, Station.IP_AT, Station.TCP_AT)));
    int pseudo =
        sum(frame, ADDRESSES_AT, Station.TCP_AT) + Station.PROTOCOL_TCP + length - Station.TCP_AT;
    frame.putShort(TCP_CHECKSUM_AT, folded(pseudo + sum(frame, Station.TCP_AT, length)));
  }

  private static int sum(ByteBuffer bytes, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i += 2) {
      int second = i + 1 < to ? bytes.get(i + 1) & 0xff : 0;
      sum += (bytes.get(i) & 0xff) << 8 | second;
    }
    return sum;
  }

  private static short folded(int sum) {
    int once = (sum & 0xffff) + (sum >>> 16);
    return (short) ~((once & 0xffff) + (once >>> 16));
  }
}
