package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.Optional;
import org.pcapnetmap.compat.pcap4j.OwnTime;

/**
 * How long pcap4j takes for a packet, all in one thread; or the engine below it for the same: what
 * lies between is pcap4j's own, parsing, locks and copies.
 *
 * @param call as the program calls it
 * @param text for people
 * @param engineAlone whether pcap4j is left out
 */
record Pcap4jOwnTime(String call, String text, boolean engineAlone) implements Contestant {
  private static final int BATCHES_A_SECOND = 3000;

  @Override
  public String name() {
    String who = engineAlone ? "the engine without pcap4j, as for " : "pcap4j ";
    return who + text + ", in one thread";
  }

  @Override
  public Unit unit() {
    return Unit.SHORT_TIME;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return Pcap4jPrograms.obstacle(bench);
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    int batches = (int) (bench.timing().window() * BATCHES_A_SECOND);
    try (Worker worker =
        bench.start(
            bench.cores().receiver(),
            Pcap4jPrograms.agentAndEngine(
                bench, OwnTime.class, call, "vale0", batches, engineAlone))) {
      Figures figures = worker.figures();
      return new Sample(figures.get("nanos"), true, figures);
    }
  }
}
