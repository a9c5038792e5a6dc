package org.pcapnetmap.compat.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The soak at a small scale, and that it would see what grows. */
final class Pcap4jSoakTest {
  /** A leak on the heap shows from a byte a packet on, a native one from twenty bytes on. */
  private static final int PACKETS_OF_A_ROUND = 60_000;

  @Test
  @Timeout(300)
  void staysFlat() throws IOException {
    Path home = Path.of(System.getProperty("nmcap.home"));
    try (Workbench bench = new Workbench(home, Timing.quick());
        PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream())) {
      Optional<String> obstacle = Pcap4jPrograms.obstacle(bench);
      assumeTrue(obstacle.isEmpty(), () -> obstacle.orElse(""));
      List<Figures> rounds = Pcap4jSoak.run(bench, PACKETS_OF_A_ROUND, nowhere);
      assertEquals(List.of(), Pcap4jSoak.grown(rounds), rounds::toString);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "0, 0, 0, 0, false",
    "65536, 0, 0, 0, true", // a byte for each of 65,536 packets
    "0, 2097152, 0, 0, true",
    "0, 0, 1, 0, true",
    "0, 0, 0, 1, true",
    "1000, 10000, 0, 0, false"
  })
  void seesGrowth(int heap, int anonymous, int mappings, int descriptors, boolean seen)
      throws IOException {
    List<Figures> rounds = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String line =
          String.format(
              "{\"heap\":%d,\"anonymous\":%d,\"direct\":3,\"mappings\":%d,\"descriptors\":%d}",
              heap * i, anonymous * i, mappings * i, 17 + descriptors * i);
      rounds.add(Figures.parse(line));
    }
    assertTrue(Pcap4jSoak.grown(rounds).isEmpty() != seen, () -> rounds.toString());
  }
}
