package org.pcapnetmap.cli.print;

import java.nio.ByteBuffer;

/** The captured bytes of one packet, read in network byte order wherever they lie. */
final class Bytes {
  private ByteBuffer buffer;
  private int offset;
  private int length;

  void wrap(ByteBuffer newBuffer, int newOffset, int newLength) {
    buffer = newBuffer;
    offset = newOffset;
    length = newLength;
  }

  /** Whether bytes up to, but without, the end are there. */
  boolean has(int end) {
    return end <= length;
  }

  int u8(int at) {
    return buffer.get(offset + at) & 0xff;
  }

  int u16(int at) {
    return u8(at) << 8 | u8(at + 1);
  }

  long u32(int at) {
    return (long) u16(at) << 16 | u16(at + 2);
  }
}
