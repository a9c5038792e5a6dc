package org.pcapnetmap.compat.bench;

import java.util.Locale;

/**
 * How long one run measures.
 *
 * @param warmUp seconds from the first frame to the window, for programs in C
 * @param javaWarmUp the same where the just-in-time compiler has to come first
 * @param window seconds that are measured
 * @param margin seconds that a sender goes on after the window should be over
 * @param wakeUps how many wake-ups are measured
 */
record Timing(double warmUp, double javaWarmUp, double window, double margin, int wakeUps) {

  /** For figures. */
  static Timing full(double window) {
    return new Timing(0.2, 1.2, window, 0.1, 5000);
  }

  /** To see that everything runs, on a busy machine too; the figures mean little. */
  static Timing quick() {
    return new Timing(0.02, 0.05, 0.1, 0.4, 50);
  }

  /** How long a sender must send. */
  String sending(double afterWarmUp) {
    return seconds(afterWarmUp + window + margin);
  }

  static String seconds(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }
}
