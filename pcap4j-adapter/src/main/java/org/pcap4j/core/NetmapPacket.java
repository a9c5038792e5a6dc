package org.pcap4j.core;

import java.nio.ByteBuffer;

/** A packet where it lies in the ring, as the two pointers that pcap4j reads it through. */
public class NetmapPacket {
  final HeaderPointer header = new HeaderPointer();
  final BytesPointer bytes = new BytesPointer();

  /**
   * Looks at a packet.
   *
   * @param buffer holds its bytes
   * @param offset of the first one
   * @param length bytes captured
   * @param wireLength bytes on the wire
   */
  public final void set(ByteBuffer buffer, int offset, int length, int wireLength) {
    bytes.buffer = buffer;
    bytes.offset = offset;
    bytes.length = length;
    header.captured = length;
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
