package org.pcapnetmap.pcap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;

/** Switches that nobody else on the machine uses, and frames for them. */
final class TestNetwork {
  private static final int RADIX = 36;
  private static final int TYPE = 12;
  private static final int NUMBER = 20;
  private static final AtomicInteger COUNT = new AtomicInteger();

  private TestNetwork() {}

  static String next() {
    String pid = Long.toString(ProcessHandle.current().pid(), RADIX);
    return "vale" + pid + 'e' + Integer.toString(COUNT.getAndIncrement(), RADIX);
  }

  /** A broadcast of experimental type; byte i has the value i + 1. */
  static ByteBuffer frame(int length) {
    ByteBuffer frame = ByteBuffer.allocateDirect(length);
    for (int i = 0; i < length; i++) {
      frame.put(i, (byte) (i < 6 ? 0xff : i + 1));
    }
    return frame.put(6, (byte) 0x02).putShort(TYPE, (short) 0x88b5);
  }

  /** The same with a number in it. */
  static ByteBuffer numbered(int length, int number) {
    return frame(length).putInt(NUMBER, number);
  }

  /** The number of a frame that begins at offset. */
  static int number(ByteBuffer buffer, int offset) {
    int number = buffer.getInt(offset + NUMBER);
    return buffer.order() == ByteOrder.BIG_ENDIAN ? number : Integer.reverseBytes(number);
  }
}
