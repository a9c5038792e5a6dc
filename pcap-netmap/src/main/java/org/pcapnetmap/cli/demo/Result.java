package org.pcapnetmap.cli.demo;

import java.io.IOException;

/**
 * What one half of the demo measured.
 *
 * @param captured packets that tcpdump says it captured
 * @param dropped packets that tcpdump says were dropped
 * @param seconds how long the sender sent
 */
record Result(long captured, long dropped, double seconds) {
  private static final double MILLION = 1e6;

  /** tcpdump's own statistics, and the sender's time. */
  static Result of(Child tcpdump, double seconds) throws IOException {
    return new Result(
        (long) tcpdump.number("^(\\d+) packets? captured"),
        (long) tcpdump.number("^(\\d+) packets? dropped by kernel"),
        seconds);
  }

  double millionsPerSecond() {
    return captured / seconds / MILLION;
  }
}
