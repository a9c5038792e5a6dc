package org.pcapnetmap.cli.print;

import java.time.Instant;
import java.time.ZoneId;
import java.time.zone.ZoneRules;

/** Times of day in the machine's time zone; the day's second is worked out once a second. */
final class TimeText {
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int NANOS_PER_MICRO = 1000;
  private static final int SECONDS_PER_DAY = 86_400;
  private static final int MICRO_DIGITS = 6;
  private static final int NANO_DIGITS = 9;

  private final ZoneRules zone;
  private final boolean nanosecond;
  private long second = Long.MIN_VALUE;
  private int ofDay;

  TimeText(ZoneId zone, boolean nanosecond) {
    this.zone = zone.getRules();
    this.nanosecond = nanosecond;
  }

  void print(Line line, long timeNanos) {
    long now = Math.floorDiv(timeNanos, NANOS_PER_SECOND);
    if (now != second) {
      second = now;
      int offset = zone.getOffset(Instant.ofEpochSecond(now)).getTotalSeconds();
      ofDay = (int) Math.floorMod(now + offset, (long) SECONDS_PER_DAY);
    }
    line.padded(ofDay / 3600, 2).add(':').padded(ofDay / 60 % 60, 2).add(':');
    line.padded(ofDay % 60, 2).add('.');
    long fraction = Math.floorMod(timeNanos, NANOS_PER_SECOND);
    if (nanosecond) {
      line.padded(fraction, NANO_DIGITS);
    } else {
      line.padded(fraction / NANOS_PER_MICRO, MICRO_DIGITS);
    }
  }
}
