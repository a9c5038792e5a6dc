package org.pcapnetmap.netmap;

import java.util.concurrent.atomic.AtomicInteger;

/** Names of switches that nobody else on the machine uses. */
final class TestSwitch {
  private static final int RADIX = 36;
  private static final AtomicInteger COUNT = new AtomicInteger();

  private TestSwitch() {}

  static String next() {
    String pid = Long.toString(ProcessHandle.current().pid(), RADIX);
    return "vale" + pid + 't' + Integer.toString(COUNT.getAndIncrement(), RADIX);
  }
}
