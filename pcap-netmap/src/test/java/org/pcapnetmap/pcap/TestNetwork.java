package org.pcapnetmap.pcap;

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/** Switches that nobody else on the machine uses, and frames for them. */
final class TestNetwork {
  private static final int RADIX = 36;
  private static final int TYPE = 12;
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
}
