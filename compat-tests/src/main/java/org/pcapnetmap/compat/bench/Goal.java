package org.pcapnetmap.compat.bench;

import java.util.Locale;
import java.util.OptionalDouble;

/**
 * What is asked of a contestant.
 *
 * @param must whether it has to be met; else it is aimed at
 * @param measure what is held against the bound
 * @param name of the peer or of the figure that the measure needs; empty for the value itself
 * @param atLeast whether more is better
 * @param bound a ratio, a figure, or a value in the contestant's unit; NaN if nothing is asked
 * @param text the goal for people to read
 */
record Goal(
    boolean must, Measure measure, String name, boolean atLeast, double bound, String text) {
  /** What can be held against a bound. */
  enum Measure {
    /** The contestant's median. */
    VALUE,
    /** Its value in relation to that of a peer, round by round. */
    RATIO,
    /** The worst of one of its other figures. */
    FIGURE
  }

  static Goal ratio(boolean must, double bound, String peer, String called) {
    String text = "≥ " + plain(bound) + " × " + called;
    return new Goal(must, Measure.RATIO, peer, true, bound, text);
  }

  static Goal atMostRatio(double bound, String peer, String called) {
    String text = "≤ " + plain(bound) + " × " + called;
    return new Goal(true, Measure.RATIO, peer, false, bound, text);
  }

  /** Nothing is asked; the ratio is reported. */
  static Goal reported(String peer, String called) {
    return new Goal(false, Measure.RATIO, peer, true, Double.NaN, "× " + called);
  }

  /** Whether there is nothing to meet. */
  boolean isReported() {
    return Double.isNaN(bound);
  }

  static Goal value(boolean must, double bound, Unit unit) {
    String text = "≥ " + unit.format(bound) + " " + unit.symbol();
    return new Goal(must, Measure.VALUE, "", true, bound, text);
  }

  static Goal atMost(double bound, Unit unit) {
    String text = "≤ " + unit.format(bound) + " " + unit.symbol();
    return new Goal(true, Measure.VALUE, "", false, bound, text);
  }

  /** None of what a figure counts, in no round. */
  static Goal none(String figure) {
    return new Goal(true, Measure.FIGURE, figure, false, 0, "no " + figure);
  }

  private static String plain(double number) {
    return number == Math.rint(number) ? Long.toString((long) number) : Double.toString(number);
  }

  /** What the bound is held against; empty if the contestant or its peer did not run. */
  OptionalDouble achieved(String contestant, Results results) {
    return switch (measure) {
      case VALUE -> results.median(contestant);
      case RATIO -> results.ratio(contestant, name);
      case FIGURE -> results.most(contestant, name);
    };
  }

  boolean isMet(double achieved) {
    return atLeast ? achieved >= bound : achieved <= bound;
  }

  /** What was achieved, in the terms of the goal. */
  String format(double achieved, Unit unit) {
    return switch (measure) {
      case VALUE -> unit.format(achieved);
      case RATIO -> String.format(Locale.ROOT, "%.2f", achieved);
      case FIGURE -> String.format(Locale.ROOT, "%.0f", achieved);
    };
  }
}
