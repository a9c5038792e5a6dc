package org.pcapnetmap.compat.pcap4j;

import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Measures from aside, as struct bench_aside does in C: a thread that looks at a tally now and
 * then, so that who counts never comes to code that the compiler has not seen it run.
 */
final class Aside {
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private final Tally tally;
  private final long warmUpNanos;
  private final long lengthNanos;
  private final Thread thread = new Thread(this::measure, "aside");
  private long packets;
  private long nanos;
  private volatile boolean over;

  /**
   * Begins to look.
   *
   * @param warmUp seconds from the first packet to the window
   * @param seconds length of the window
   */
  Aside(Tally tally, double warmUp, double seconds) {
    this.tally = tally;
    this.warmUpNanos = nanos(warmUp);
    this.lengthNanos = nanos(seconds);
    thread.setDaemon(true);
    thread.start();
  }

  private static long nanos(double seconds) {
    return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
  }

  private void measure() {
    while (tally.count() == 0) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    sleep(warmUpNanos);
    long start = System.nanoTime();
    long before = tally.count();
    sleep(lengthNanos);
    packets = tally.count() - before;
    nanos = System.nanoTime() - start;
    over = true;
  }

  private static void sleep(long nanos) {
    long end = System.nanoTime() + nanos;
    for (long left = nanos; left > 0; left = end - System.nanoTime()) {
      LockSupport.parkNanos(left);
    }
  }

  /** Whether the window is over. */
  boolean isOver() {
    return over;
  }

  /** What was measured, as members of a JSON object; nothing if the window is not over. */
  String figures() {
    double seconds = over ? (double) nanos / TimeUnit.SECONDS.toNanos(1) : 0;
    return String.format(
        Locale.ROOT,
        "\"packets\":%d,\"seconds\":%.6f,\"packetsPerSecond\":%.0f,\"total\":%d",
        over ? packets : 0,
        seconds,
        over ? packets / seconds : 0,
        tally.count());
  }
}
