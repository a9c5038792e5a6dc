package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the launchers take for missing before they build. */
@Timeout(60)
final class PackagesTest {
  private static final String JDK = "openjdk-17-jdk-headless";

  /** The packages that a build lacks where no program lies in the path. */
  private static String missing(Path folder, String javaHome) throws Exception {
    String script = Path.of(System.getProperty("nmcap.home"), "tools", "packages.sh").toString();
    String command = ". \"$0\"; need_build; echo \"$missing\"";
    Map<String, String> environment = Map.of("PATH", folder.toString(), "JAVA_HOME", javaHome);
    try (RunningTool shell =
        RunningTool.start(environment, List.of("/bin/sh", "-c", command, script))) {
      assertEquals(0, shell.exitCode(), shell::toString);
      assertEquals(List.of(), shell.err());
      return shell.out().get(0);
    }
  }

  @Test
  void aJdkThatOnlyJavaHomeNamesIsNotMissing(@TempDir Path empty) throws Exception {
    Path home = Path.of(System.getProperty("java.home"));
    assumeTrue(Files.isExecutable(home.resolve("bin/javac")), "the tests' Java has no compiler");
    assertFalse(missing(empty, home.toString()).contains(JDK));
  }

  @Test
  void withoutACompilerTheJdkIsMissing(@TempDir Path empty) throws Exception {
    assertTrue(missing(empty, "").contains(JDK));
    assertTrue(missing(empty, empty.toString()).contains(JDK), "a Java without a compiler");
  }
}
