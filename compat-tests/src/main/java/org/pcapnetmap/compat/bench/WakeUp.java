package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;

/**
 * From the moment before a sleeper is woken until it is back and has the message: the median.
 *
 * @param way by what it is woken
 */
record WakeUp(Way way) implements Contestant {
  /** The two bare ways, and the device. */
  enum Way {
    /** A word in shared memory. */
    FUTEX("bare futex"),
    /** A byte in a pipe. */
    FIFO("bare FIFO"),
    /** A frame on a port. */
    PORT("VALE port");

    private final String text;

    Way(String text) {
      this.text = text;
    }
  }

  private static final int PAUSE_MICROS = 200;

  /** Of the messages, how many must have found the receiver asleep. */
  private static final double ASLEEP = 0.98;

  @Override
  public String name() {
    return "wake-up of a sleeper, " + way.text;
  }

  @Override
  public Unit unit() {
    return Unit.TIME;
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    try (Worker pair = bench.startAnywhere(command(bench))) {
      Figures figures = pair.figures();
      boolean balanced = isBalanced(figures, bench.timing().wakeUps());
      return new Sample(figures.get("medianNs"), balanced, figures);
    }
  }

  /** Each message came once, and woke somebody: else it was no wake-up that took so long. */
  boolean isBalanced(Figures figures, int rounds) throws IOException {
    return figures.get("packets") == rounds
        && figures.get("slept") >= ASLEEP * rounds
        && (way != Way.PORT || figures.get("published") == rounds);
  }

  private List<String> command(Workbench bench) {
    return List.of(
        bench.worker("wake-up").toString(),
        "-p",
        way.name().toLowerCase(Locale.ROOT),
        "-c",
        Integer.toString(bench.timing().wakeUps()),
        "-u",
        Integer.toString(PAUSE_MICROS),
        "-k",
        Integer.toString(bench.cores().sender()),
        "-K",
        Integer.toString(bench.cores().receiver()));
  }
}
