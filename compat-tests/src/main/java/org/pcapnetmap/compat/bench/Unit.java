package org.pcapnetmap.compat.bench;

import java.util.Locale;

/** In what a value is measured, and how it is printed. */
enum Unit {
  /** Frames a second. */
  FRAMES("Mpps", 1e6),
  /** Bits of frame data a second. */
  BITS("Gbit/s", 1e9),
  /** Openings a second. */
  OPENS("opens/s", 1),
  /** Nanoseconds. */
  TIME("µs", 1e3),
  /** Nanoseconds, few of them. */
  SHORT_TIME("ns", 1),
  /** Seconds of processor time a second. */
  CPU("% of a core", 0.01);

  private final String symbol;
  private final double scale;

  Unit(String symbol, double scale) {
    this.symbol = symbol;
    this.scale = scale;
  }

  String symbol() {
    return symbol;
  }

  String format(double value) {
    double scaled = value / scale;
    return String.format(Locale.ROOT, scaled >= 10 ? "%.1f" : "%.2f", scaled);
  }
}
