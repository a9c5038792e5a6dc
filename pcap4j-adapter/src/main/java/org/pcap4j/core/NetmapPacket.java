package org.pcap4j.core;

import java.nio.ByteBuffer;

/** A packet, in the ring or taken out of it, as the two pointers that pcap4j reads it through. */
public class NetmapPacket {
  final HeaderPointer header = new HeaderPointer();
  final BytesPointer bytes = new BytesPointer();

  /**
   * Looks at a packet where it lies.
   *
   * @param buffer holds its bytes
   * @param offset of the first one
   * @param length bytes captured
   * @param wireLength bytes on the wire
   */
  public final void set(ByteBuffer buffer, int offset, int length, int wireLength) {
    bytes.show(buffer, offset, length);
    header.captured = length;
    header.wire = wireLength;
  }

  /**
   * Keeps a packet that is looked at when it may be gone from where it lay.
   *
   * @param copy the bytes captured; handed on, not copied again
   * @param wireLength bytes on the wire
   */
  public final void keep(byte[] copy, int wireLength) {
    bytes.keep(copy);
    header.captured = copy.length;
    header.wire = wireLength;
  }

  /**
   * Says when it came.
   *
   * @param seconds since 1970
   * @param fraction micro- or nanoseconds of the second
   */
  public final void setTime(long seconds, int fraction) {
    header.seconds.value = seconds;
    header.fraction.value = fraction;
  }
}
