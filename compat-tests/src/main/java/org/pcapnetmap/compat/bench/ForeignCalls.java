package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * What intercepted calls cost on handles and descriptors that are not ours: of all calls that are
 * tried, the dearest, more than without the preload.
 */
final class ForeignCalls implements Contestant {
  @Override
  public String name() {
    return "an intercepted call on a foreign handle or descriptor, the dearest";
  }

  @Override
  public Unit unit() {
    return Unit.SHORT_TIME;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return PcapPrograms.obstacle(bench, Ground.PORT);
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    List<String> command = List.of(bench.worker("foreign-calls").toString());
    Figures without = figures(bench.start(bench.cores().sender(), command));
    Figures with = figures(new PortStage(bench).start(bench.cores().sender(), command));
    Figures again = figures(bench.start(bench.cores().sender(), command));
    double dearest = 0;
    for (String call : with.values().keySet()) {
      double bare = Math.max(without.get(call), again.get(call));
      dearest = Math.max(dearest, with.get(call) - bare);
    }
    Figures all = with.and("without.", without);
    return new Sample(Math.max(dearest, Double.MIN_NORMAL), true, all);
  }

  private static Figures figures(Worker started) throws IOException {
    try (Worker worker = started) {
      return worker.figures();
    }
  }
}
