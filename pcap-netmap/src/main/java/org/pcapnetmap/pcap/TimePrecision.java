package org.pcapnetmap.pcap;

/** How fine the times of packets are. */
public enum TimePrecision {
  /** Whole microseconds, libpcap's default: nanoseconds are rounded down. */
  MICRO(1_000),
  /** Nanoseconds, as the device keeps them. */
  NANO(1);

  private final long step;

  TimePrecision(long step) {
    this.step = step;
  }

  /**
   * A time in this precision.
   *
   * @param nanos since 1970
   * @return nanoseconds since 1970, rounded down
   */
  long of(long nanos) {
    return this == NANO ? nanos : nanos - Math.floorMod(nanos, step);
  }
}
