package org.pcapnetmap.compat.bench;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

/** Every contestant runs, measures something, and loses count of nothing. No figure is judged. */
@Timeout(120)
@Tag("beside")
final class BenchSmokeTest {
  private static Workbench bench;

  private static final int TRIES = 5;

  @BeforeAll
  static void open() throws IOException {
    bench = new Workbench(Path.of(System.getProperty("nmcap.home")), Timing.quick());
  }

  @AfterAll
  static void close() throws IOException {
    bench.close();
  }

  @TestFactory
  Stream<DynamicTest> runsAndAddsUp() {
    return LineUp.rows().stream()
        .map(Row::contestant)
        .map(each -> DynamicTest.dynamicTest(each.name(), () -> runAndAddUp(each)));
  }

  private static void runAndAddUp(Contestant contestant) throws IOException {
    Optional<String> obstacle = contestant.obstacle(bench);
    assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
    Sample sample = someSample(contestant);
    assertAll(
        () -> assertTrue(sample.value() > 0, () -> sample.toString()),
        () -> assertTrue(sample.balanced(), () -> "counts do not add up: " + sample));
  }

  /** On a busy machine nobody may get a processor in a window as short as these. */
  private static Sample someSample(Contestant contestant) throws IOException {
    Sample sample = contestant.run(bench);
    for (int i = 1; i < TRIES && sample.balanced() && sample.value() == 0; i++) {
      sample = contestant.run(bench);
    }
    return sample;
  }

  @Test
  void everyGoalNamesAContestantOfTheLineUp() {
    List<Row> rows = LineUp.rows();
    List<String> names = rows.stream().map(Row::name).toList();
    rows.stream()
        .flatMap(row -> row.goals().stream())
        .filter(goal -> goal.measure() == Goal.Measure.RATIO)
        .forEach(goal -> assertTrue(names.contains(goal.name()), goal.name()));
  }

  @Test
  void aSelectionKeepsThePeers() {
    List<Row> all = LineUp.rows();
    List<String> names =
        Bench.select(all, Pattern.compile("under nmrun")).stream().map(Row::name).toList();
    assertTrue(names.contains(TcpdumpOnVeth.NAME));
    assertFalse(names.contains(new Memif(Memif.LARGEST).name()));
  }
}
