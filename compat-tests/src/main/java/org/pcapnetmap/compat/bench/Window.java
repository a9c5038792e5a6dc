package org.pcapnetmap.compat.bench;

import java.util.concurrent.TimeUnit;
import org.pcapnetmap.cli.Json;

/**
 * The receiving side of a measurement, as struct bench_window in C: opens a warm-up after the first
 * frame, lasts the given seconds, and counts what comes outside of it only in the total.
 */
final class Window {
  private final long warmUpNanos;
  private final long lengthNanos;
  private long first;
  private long start;
  private long end;
  private long packets;
  private long total;

  Window(double warmUp, double seconds) {
    this.warmUpNanos = nanos(warmUp);
    this.lengthNanos = nanos(seconds);
  }

  private static long nanos(double seconds) {
    return (long) (seconds * TimeUnit.SECONDS.toNanos(1));
  }

  boolean hasBegun() {
    return total > 0;
  }

  void add(int count) {
    long now = System.nanoTime();
    if (total == 0) {
      first = now;
    }
    total += count;
    if (start == 0) {
      start = now - first >= warmUpNanos ? now : 0;
      end = start;
    } else if (end - start < lengthNanos) {
      packets += count;
      end = now;
    }
  }

  Json put(Json json) {
    double seconds = (double) (end - start) / TimeUnit.SECONDS.toNanos(1);
    return json.put("packets", packets)
        .put("seconds", seconds)
        .put("packetsPerSecond", packets == 0 ? 0 : packets / seconds)
        .put("total", total);
  }
}
