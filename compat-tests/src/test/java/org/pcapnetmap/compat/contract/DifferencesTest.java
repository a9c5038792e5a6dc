package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every intentional difference is told to users, and asserted by a scenario. */
class DifferencesTest {
  private static final Path TOP = Path.of(System.getProperty("nmcap.home"));
  private static final Path SCENARIOS =
      TOP.resolve("compat-tests/src/test/java/org/pcapnetmap/compat/contract");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([A-Z_]+)` \\|");

  @Test
  void documentHasARowForEach() throws IOException {
    String document = Files.readString(TOP.resolve("docs/compatibility.md"));
    Set<String> rows =
        ROW.matcher(document).results().map(row -> row.group(1)).collect(Collectors.toSet());
    Set<String> names =
        Arrays.stream(Difference.values()).map(Difference::name).collect(Collectors.toSet());
    assertEquals(names, rows);
  }

  @Test
  void aScenarioAssertsEach() throws IOException {
    String scenarios;
    try (Stream<Path> files = Files.list(SCENARIOS)) {
      scenarios =
          files
              .filter(file -> file.toString().endsWith("Scenarios.java"))
              .map(DifferencesTest::text)
              .collect(Collectors.joining());
    }
    for (Difference difference : Difference.values()) {
      assertTrue(scenarios.contains("Difference." + difference), difference::name);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
