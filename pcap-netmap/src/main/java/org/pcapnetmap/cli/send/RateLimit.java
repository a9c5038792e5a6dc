package org.pcapnetmap.cli.send;

/**
 * Says how many packets may go now so that so many go in a second. After a delay it catches up at
 * twice the rate and not all at once: a burst would overflow receivers that keep up with the rate.
 */
final class RateLimit {
  /** No limit. */
  static final double MAX = Double.POSITIVE_INFINITY;

  private static final double NANOS_PER_SECOND = 1e9;
  private static final double CATCH_UP = 2;

  /** Delays count up to this; a sleeping thread of an idle machine is late by less. */
  private static final long USUAL_DELAY_NANOS = 200_000;

  private final double packetsPerNano;
  private final long start;
  private long last;

  /**
   * A limit that begins now.
   *
   * @param packetsPerSecond more than 0, or {@link #MAX}
   * @param now by System.nanoTime
   */
  RateLimit(double packetsPerSecond, long now) {
    this.packetsPerNano = packetsPerSecond / NANOS_PER_SECOND;
    this.start = now;
    this.last = now;
  }

  /**
   * Returns how many packets may go now.
   *
   * @param sent how many went since the start
   * @param now by System.nanoTime, not before the last call's
   */
  long allowance(long sent, long now) {
    if (packetsPerNano == MAX) {
      return Long.MAX_VALUE;
    }
    long due = (long) ((now - start) * packetsPerNano) + 1 - sent;
    long delay = Math.min(now - last, USUAL_DELAY_NANOS);
    last = now;
    return Math.min(due, 1 + (long) (CATCH_UP * delay * packetsPerNano));
  }

  /** Returns the time until the next packet may go, in nanoseconds. */
  long untilDue(long sent, long now) {
    return packetsPerNano == MAX ? 0 : Math.max(0, (long) (sent / packetsPerNano) - (now - start));
  }
}
