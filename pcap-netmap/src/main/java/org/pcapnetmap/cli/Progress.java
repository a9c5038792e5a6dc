package org.pcapnetmap.cli;

import java.util.function.Supplier;

/** A line about the run so far, renewed in place once a second while somebody watches. */
public final class Progress {
  /** The time between two lines, in nanoseconds. */
  public static final long PERIOD_NANOS = 1_000_000_000;

  private static final String CLEAR = "\r\u001b[K";

  private final Terminal terminal;
  private final boolean watched;
  private long due = System.nanoTime() + PERIOD_NANOS;
  private boolean shown;

  /**
   * Progress on a terminal's standard error; none in a pipe.
   *
   * @param terminal of the command
   * @param wanted whether the command has nothing better to show
   */
  public Progress(Terminal terminal, boolean wanted) {
    this.terminal = terminal;
    this.watched = wanted && terminal.watched().getAsBoolean();
  }

  /**
   * Shows the line when a second has passed since the last one.
   *
   * @param nowNanos by System.nanoTime
   * @param line made only when it is shown
   */
  public void tick(long nowNanos, Supplier<String> line) {
    if (watched && nowNanos - due >= 0) {
      due = nowNanos + PERIOD_NANOS;
      shown = true;
      terminal.err().print(CLEAR + line.get());
      terminal.err().flush();
    }
  }

  /** Takes the line away, so that what follows begins on an empty one. */
  public void end() {
    if (shown) {
      terminal.err().print(CLEAR);
    }
  }
}
