package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** What the preloaded library costs a program that opens no port: from its start to its end. */
final class StartUp implements Contestant {
  private static final int TIMES_FEWER = 10;

  @Override
  public String name() {
    return "start-up of a program that opens no port, more than without the preload";
  }

  @Override
  public Unit unit() {
    return Unit.TIME;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return PortStage.obstacle(bench);
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    String times = "" + Math.max(5, bench.timing().wakeUps() / TIMES_FEWER);
    String worker = bench.worker("start-up").toString();
    List<String> command = List.of(worker, "-p", bench.preload().toString(), "-c", times);
    try (Worker starter = bench.start(bench.cores().sender(), command)) {
      Figures figures = starter.figures();
      return new Sample(figures.get("costNs"), true, figures);
    }
  }
}
