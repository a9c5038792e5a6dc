package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Runs contestants in turn, several times over, so that each stands beside its peers. */
final class Rounds {
  /** Of a core: what neighbours may take before a sample counts as disturbed. */
  static final double QUIET = 0.05;

  private static final int ATTEMPTS = 3;
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** For all runs together: on a machine that is never quiet, waiting is in vain. */
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Workbench bench;
  private final PrintStream progress;
  private final Results results = new Results();
  private long patienceLeft;

  /**
   * Makes ready.
   *
   * @param patient whether to wait for a quiet machine and repeat disturbed runs
   * @param progress where to tell what runs
   */
  Rounds(Workbench bench, boolean patient, PrintStream progress) {
    this.bench = bench;
    this.patienceLeft = patient ? PATIENCE_NANOS : 0;
    this.progress = progress;
  }

  Results run(List<Row> rows, int rounds) throws IOException {
    List<Row> able = rows.stream().filter(this::canRun).toList();
    for (int round = 1; round <= rounds; round++) {
      for (Row row : able) {
        Results.Taken taken = take(row.contestant());
        results.add(row.name(), taken);
        tell(round, rounds, row.contestant(), taken);
      }
    }
    return results;
  }

  private boolean canRun(Row row) {
    Optional<String> obstacle = row.contestant().obstacle(bench);
    obstacle.ifPresent(reason -> results.leaveOut(row.name(), reason));
    return obstacle.isEmpty();
  }

  /** The first undisturbed sample, or the least disturbed of a few. */
  private Results.Taken take(Contestant contestant) throws IOException {
    Results.Taken best = attempt(contestant);
    for (int attempt = 1; attempt < ATTEMPTS && isDisturbed(best); attempt++) {
      if (patienceLeft <= 0) {
        break;
      }
      long start = System.nanoTime();
      Results.Taken taken = attempt(contestant);
      patienceLeft -= System.nanoTime() - start;
      best = taken.neighbours() < best.neighbours() ? taken : best;
    }
    return best;
  }

  private Results.Taken attempt(Contestant contestant) throws IOException {
    awaitQuiet();
    Neighbours neighbours = Neighbours.watch();
    Sample sample = contestant.run(bench);
    return new Results.Taken(sample, neighbours.busyCores());
  }

  private static boolean isDisturbed(Results.Taken taken) {
    return taken.neighbours() > QUIET;
  }

  private void awaitQuiet() throws IOException {
    boolean quiet = false;
    while (!quiet && patienceLeft > 0) {
      Neighbours neighbours = Neighbours.watch();
      LockSupport.parkNanos(LOOK_NANOS);
      quiet = neighbours.busyCores() <= QUIET;
      patienceLeft -= LOOK_NANOS;
    }
  }

  private void tell(int round, int rounds, Contestant contestant, Results.Taken taken) {
    Unit unit = contestant.unit();
    progress.printf(
        "%d/%d  %s: %s %s%s%s%n",
        round,
        rounds,
        contestant.name(),
        unit.format(taken.sample().value()),
        unit.symbol(),
        isDisturbed(taken) ? ", disturbed" : "",
        taken.sample().balanced() ? "" : ", COUNTS DO NOT ADD UP");
  }
}
