package org.pcapnetmap.cli.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.nio.ByteBuffer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generated frames are what they say they are, whatever their number. */
class FrameTemplateTest {
  private static final int IP = 14;
  private static final int UDP = 34;

  private static ByteBuffer frame(int size) {
    return FrameTemplate.broadcast(0x0200_1234_5678L, size);
  }

  /** The sum of 16-bit words, carried around; all ones when a checksum among them is right. */
  private static int sum(ByteBuffer frame, int from, int to, int before) {
    int sum = before;
    for (int i = from; i < to; i += 2) {
      sum += i + 1 < to ? frame.getShort(i) & 0xffff : (frame.get(i) & 0xff) << 8;
    }
    return (sum & 0xffff) + (sum >>> 16);
  }

  @ParameterizedTest
  @ValueSource(ints = {60, 61, 64, 1500, 1514, 65_535})
  void lengthsAndChecksumsAreRight(int size) {
    ByteBuffer frame = frame(size);
    assertEquals(size, frame.capacity());
    assertEquals(size - IP, frame.getShort(IP + 2) & 0xffff);
    assertEquals(size - UDP, frame.getShort(UDP + 4) & 0xffff);
    assertEquals(0xffff, sum(frame, IP, UDP, 0));
    assertEquals(0xffff, udpSum(frame, size));
    assertNotEquals(0, frame.getShort(UDP + 6));
  }

  private static int udpSum(ByteBuffer frame, int size) {
    int sum = sum(frame, IP + 12, UDP, 17 + size - UDP);
    sum = sum(frame, UDP, size, sum);
    return (sum & 0xffff) + (sum >>> 16);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 0xffff, 0x1_0000, 123_456_789_012L, Long.MAX_VALUE, -1})
  void oneChecksumIsRightForEveryNumber(long number) {
    ByteBuffer frame = frame(60);
    frame.putLong(FrameTemplate.SEQUENCE, number);
    frame.putLong(FrameTemplate.SEQUENCE + Long.BYTES, ~number);
    assertEquals(0xffff, udpSum(frame, 60));
  }
}
