package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A program that opens and closes a port with rings of the default sizes, on a switch where two
 * others exchange frames as fast as they can: times a second, with a third of the two cores.
 *
 * @param capture whether it opens captures, and not raw
 */
record OpenAndClose(boolean capture) implements Contestant {
  /** So that the sender does not take the opener for the one that it shall send to. */
  private static final List<String> KNOWS_OF_ANOTHER = List.of("-I", "1");

  @Override
  public String name() {
    return "open and close, "
        + (capture ? "capture" : "raw")
        + ", default sizes, beside a busy pair";
  }

  @Override
  public Unit unit() {
    return Unit.OPENS;
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    DevicePair pair = new DevicePair(Language.C, Language.C, new Load(60, 1024), false);
    try (Worker churning = bench.startAnywhere(command(bench))) {
      Sample beside = pair.run(bench, KNOWS_OF_ANOTHER, List.of());
      Figures figures = churning.figures();
      return new Sample(
          figures.get("cyclesPerSecond"),
          beside.balanced(),
          figures.and("pair.", beside.figures()));
    }
  }

  private List<String> command(Workbench bench) {
    List<String> command = new ArrayList<>(List.of(bench.worker("nmd-churn").toString()));
    if (capture) {
      command.add("-C");
    }
    command.addAll(
        List.of(
            "-w", Timing.seconds(bench.timing().warmUp()),
            "-s", Timing.seconds(bench.timing().window())));
    return command;
  }
}
