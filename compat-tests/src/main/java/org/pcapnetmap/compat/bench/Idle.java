package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;

/** What a receiver costs that waits and is not fed. */
final class Idle implements Contestant {
  @Override
  public String name() {
    return "idle receiver";
  }

  @Override
  public Unit unit() {
    return Unit.CPU;
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    String seconds = Timing.seconds(2 * bench.timing().window());
    List<String> command = List.of(bench.worker("nmd-idle").toString(), "-s", seconds);
    try (Worker idle = bench.start(bench.cores().receiver(), command)) {
      Figures figures = idle.figures();
      double share = figures.get("cpuSeconds") / figures.get("seconds");
      return new Sample(share, figures.get("published") == 0, figures);
    }
  }
}
