package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * {@code udp port 53} and nothing else: how many frames a second it is run on.
 *
 * @param way how the device runs it
 */
record FilterCost(Way way) implements Contestant {
  /** The two ways. */
  enum Way {
    /** As machine code. */
    COMPILED,
    /** Instruction by instruction. */
    INTERPRETED
  }

  @Override
  public String name() {
    return "udp port 53, " + option();
  }

  private String option() {
    return way.name().toLowerCase(Locale.ROOT);
  }

  @Override
  public Unit unit() {
    return Unit.FRAMES;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return way == Way.INTERPRETED || System.getProperty("os.arch").equals("amd64")
        ? Optional.empty()
        : Optional.of("filters are compiled on x86-64 only");
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    String seconds = Timing.seconds(bench.timing().window());
    List<String> command =
        List.of(bench.worker("filter-cost").toString(), "-p", option(), "-s", seconds);
    try (Worker worker = bench.start(bench.cores().sender(), command)) {
      Figures figures = worker.figures();
      // Two of 256 frames are for the port.
      boolean balanced = figures.get("kept") * 128 == figures.get("packets");
      return new Sample(figures.get("packetsPerSecond"), balanced, figures);
    }
  }
}
