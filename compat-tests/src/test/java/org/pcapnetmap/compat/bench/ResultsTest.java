package org.pcapnetmap.compat.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Medians, ratios and goals of given samples. */
final class ResultsTest {
  private static final Contestant MINE =
      new DevicePair(Language.C, Language.C, new Load(60, 16), false);
  private static final String PEER = "peer";

  private final Results results = new Results();

  private void add(String contestant, double value, double dropped) {
    Sample sample = new Sample(value, true, Figures.of("dropped", dropped));
    results.add(contestant, new Results.Taken(sample, 0));
  }

  @Test
  void theMedianOfAnEvenNumberLiesBetweenTheMiddleTwo() {
    for (double value : new double[] {9, 1, 2, 4}) {
      add(PEER, value, 0);
    }
    assertEquals(3, results.median(PEER).orElseThrow());
  }

  @Test
  void aRatioComparesRoundByRound() {
    double[] mine = {10, 1, 300};
    double[] peers = {20, 2, 100};
    for (int round = 0; round < mine.length; round++) {
      add(MINE.name(), mine[round], 0);
      add(PEER, peers[round], 0);
    }
    assertEquals(0.5, results.ratio(MINE.name(), PEER).orElseThrow());
  }

  @Test
  void whoDidNotRunHasNoMedianAndMeetsNoGoal() {
    Goal goal = Goal.ratio(true, 0.5, PEER, "peer");
    add(MINE.name(), 1, 0);
    assertTrue(goal.achieved(MINE.name(), results).isEmpty());
    assertTrue(results.median(PEER).isEmpty());
  }

  @Test
  void oneDropInOneRoundIsOneTooMany() {
    Goal goal = Goal.none("dropped");
    add(MINE.name(), 1, 0);
    assertTrue(goal.isMet(goal.achieved(MINE.name(), results).orElseThrow()));
    add(MINE.name(), 1, 1);
    add(MINE.name(), 1, 0);
    assertFalse(goal.isMet(goal.achieved(MINE.name(), results).orElseThrow()));
  }

  @Test
  void theReportTellsMedianRatioAndVerdict() {
    add(MINE.name(), 40e6, 0);
    add(PEER, 50e6, 0);
    Row row =
        new Row(MINE, Goal.ratio(true, 0.5, PEER, "peer"), Goal.ratio(false, 0.9, PEER, "peer"));
    List<String> table = new Report(List.of(row), results).table();
    assertTrue(
        table.get(1).matches(".*40\\.0 +Mpps +must ≥ 0\\.5 × peer +0\\.80 +met"), table.get(1));
    assertTrue(table.get(2).matches(" +Mpps +aim ≥ 0\\.9 × peer +0\\.80 +NOT met"), table.get(2));
  }

  @Test
  void coresAreReadAsTheKernelPrintsThem() {
    assertEquals(new Cores(0, 1), Cores.firstTwo("0-3"));
    assertEquals(new Cores(2, 8), Cores.firstTwo("2,8-9"));
    assertEquals(new Cores(5, 5), Cores.firstTwo("5"));
  }
}
