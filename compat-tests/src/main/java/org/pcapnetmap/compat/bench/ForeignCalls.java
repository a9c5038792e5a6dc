package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What intercepted calls cost on handles and descriptors that are not ours: of all calls that are
 * tried, the dearest, more than without the preload. Each call's figure is the least of a few
 * processes, with and without in turns: a system call takes some percent longer in one process than
 * in the next, which is more than what is looked for.
 */
final class ForeignCalls implements Contestant {
  private static final int TURNS = 3;

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
    Map<String, Double> without = new TreeMap<>();
    Map<String, Double> with = new TreeMap<>();
    for (int turn = 0; turn < TURNS; turn++) {
      keepLeast(without, figures(bench.start(bench.cores().sender(), command)));
      keepLeast(with, figures(new PortStage(bench).start(bench.cores().sender(), command)));
    }
    double dearest = 0;
    for (String call : with.keySet()) {
      dearest = Math.max(dearest, with.get(call) - without.get(call));
    }
    Figures all = Figures.of(with).and("without.", Figures.of(without));
    return new Sample(Math.max(dearest, Double.MIN_NORMAL), true, all);
  }

  private static void keepLeast(Map<String, Double> least, Figures figures) {
    figures.values().forEach((call, nanos) -> least.merge(call, nanos, Math::min));
  }

  private static Figures figures(Worker started) throws IOException {
    try (Worker worker = started) {
      return worker.figures();
    }
  }
}
