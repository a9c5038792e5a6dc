package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The same two programs, on a switch where others are open that do nothing.
 *
 * @param pair the two, both in C
 * @param idle how many the others are; 0 for the peer of the crowds, which runs beside them
 */
record CrowdedPair(DevicePair pair, int idle) implements Contestant {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Override
  public String name() {
    return pair.name() + ", " + idle + " idle openings";
  }

  @Override
  public Unit unit() {
    return pair.unit();
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return pair.obstacle(bench);
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    return idle == 0 ? pair.run(bench) : amongOthers(bench);
  }

  private Sample amongOthers(Workbench bench) throws IOException {
    List<String> option = List.of("-I", Integer.toString(idle));
    try (Worker crowd = bench.startAnywhere(crowd(bench, option))) {
      crowd.awaitLine(PATIENCE, "openings wait");
      Sample sample = pair.run(bench, option);
      crowd.interrupt();
      crowd.finish();
      return sample;
    }
  }

  private static List<String> crowd(Workbench bench, List<String> option) {
    return List.of(bench.worker("nmd-crowd").toString(), option.get(0), option.get(1));
  }
}
