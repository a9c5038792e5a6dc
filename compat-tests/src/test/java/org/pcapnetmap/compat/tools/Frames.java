package org.pcapnetmap.compat.tools;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

/** Ethernet frames that programs can take apart, always the same ones. */
public final class Frames {
  private static final int HEADERS = 42;
  private static final int UDP = 17;

  private Frames() {}

  /** UDP over IPv4, from 10.0.0.1:4000 to 10.0.0.2, of so many bytes in all. */
  public static byte[] udp(int destinationPort, int length, int seed) {
    byte[] frame = new byte[length];
    new Random(seed).nextBytes(frame);
    ByteBuffer header = ByteBuffer.wrap(frame);
    header.putShort((short) -1).putInt(-1).putShort((short) 0x0200).putInt(1);
    header.putShort((short) 0x0800);
    header.putShort((short) 0x4500).putShort((short) (length - 14));
    header.putShort((short) seed).putShort((short) 0x4000);
    header.putShort((short) (64 << 8 | UDP)).putShort((short) 0);
    header.putInt(0x0a000001).putInt(0x0a000002);
    header.putShort(24, checksum(frame, 14, 34));
    header.putShort((short) 4000).putShort((short) destinationPort);
    header.putShort((short) (length - 34)).putShort((short) 0);
    return frame;
  }

  /** The same with a text for a payload. */
  public static byte[] udpText(int destinationPort, String text) {
    byte[] frame = udp(destinationPort, HEADERS + text.length(), 0);
    System.arraycopy(text.getBytes(UTF_8), 0, frame, HEADERS, text.length());
    return frame;
  }

  /** Frames of all lengths from 60 to 1514 bytes, every other one for port 53. */
  public static List<byte[]> mixed(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> udp(i % 2 == 0 ? 53 : 9999, 60 + i * 37 % 1455, i))
        .toList();
  }

  private static short checksum(byte[] bytes, int from, int to) {
    int sum = 0;
    for (int i = from; i < to; i += 2) {
      sum += (bytes[i] & 0xff) << 8 | (bytes[i + 1] & 0xff);
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (short) ~(sum + (sum >>> 16));
  }
}
