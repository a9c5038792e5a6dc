package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * The limit: two processes and one ring, without switch, look-up or interface.
 *
 * @param load what is sent
 */
record BareRing(Load load) implements Contestant {
  @Override
  public String name() {
    return "bare ring (limit), " + load;
  }

  @Override
  public Unit unit() {
    return load.unit();
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    List<String> command = new ArrayList<>(List.of(bench.worker("bare-ring").toString()));
    command.addAll(load.options());
    command.addAll(
        List.of(
            "-k", Integer.toString(bench.cores().sender()),
            "-K", Integer.toString(bench.cores().receiver()),
            "-w", Timing.seconds(bench.timing().warmUp()),
            "-s", Timing.seconds(bench.timing().window())));
    try (Worker ring = bench.startAnywhere(command)) {
      Figures figures = ring.figures();
      // The sender may be a batch or a ring ahead, never behind.
      boolean balanced = figures.get("published") >= figures.get("total");
      return new Sample(load.value(figures.get("packetsPerSecond")), balanced, figures);
    }
  }
}
