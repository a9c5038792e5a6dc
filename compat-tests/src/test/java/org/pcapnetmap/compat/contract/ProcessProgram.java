package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.pcapnetmap.compat.tools.RunningTool;

/** The C programs of {@link ProcessScenarios}, each compiled for the first scenario it is for. */
@SuppressWarnings("ImmutableEnumChecker") // compiled once, under the lock of path()
enum ProcessProgram {
  /** What is done to a handle by the process that holds it. */
  PROCESS,
  /** Signals at any point of a read. */
  SIGNALS;

  private final Path source = inModule("src/test/c/contract_" + word() + ".c");
  private final Path program = inModule("target/contract-" + word());
  private boolean compiled;

  private static Path inModule(String file) {
    return Path.of(System.getProperty("nmcap.home"))
        .toAbsolutePath()
        .normalize()
        .resolve("compat-tests")
        .resolve(file);
  }

  private String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The program's path; skips the test where nothing compiles it. */
  synchronized String path() throws IOException, InterruptedException {
    if (!compiled) {
      compile();
      compiled = true;
    }
    return program.toString();
  }

  private void compile() throws IOException, InterruptedException {
    String compiler =
        Stream.of("gcc", "clang").filter(ProcessProgram::isInstalled).findFirst().orElse("");
    assumeTrue(!compiler.isEmpty(), "needs gcc or clang");
    List<String> command =
        List.of(compiler, "-O1", "-o", program.toString(), source.toString(), "-l:libpcap.so.0.8");
    // A sanitizer that this process runs under finds leaks in compilers.
    try (RunningTool run = RunningTool.start(Map.of("LD_PRELOAD", ""), command)) {
      assertEquals(0, run.exitCode(), run::toString);
    }
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
