package org.pcapnetmap.compat.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class WakeUpTest {
  @ParameterizedTest
  @CsvSource({
    "FUTEX, 1000, 1000, 0, true",
    "FUTEX, 1000, 981, 0, true",
    "FUTEX, 1000, 12, 0, false",
    "FUTEX, 999, 1000, 0, false",
    "PORT, 1000, 1003, 1000, true",
    "PORT, 1000, 1003, 999, false",
    "PORT, 1000, 0, 1000, false",
  })
  void onlyWhatWokeASleeperCounts(
      WakeUp.Way way, int packets, int slept, int published, boolean balanced) throws IOException {
    Figures figures =
        Figures.parse(
            String.format(
                "{\"packets\":%d,\"slept\":%d,\"published\":%d}", packets, slept, published));
    assertEquals(balanced, new WakeUp(way).isBalanced(figures, 1000));
  }
}
