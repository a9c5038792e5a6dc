package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.pcapnetmap.compat.tools.RunningTool;

/** The C program of {@link ProcessScenarios}, compiled for the first of them. */
final class ProcessProgram {
  private static final Path TOP =
      Path.of(System.getProperty("nmcap.home")).toAbsolutePath().normalize();
  private static final Path SOURCE = TOP.resolve("compat-tests/src/test/c/contract_process.c");
  private static final Path PROGRAM = TOP.resolve("compat-tests/target/contract-process");

  private static boolean compiled;

  private ProcessProgram() {}

  /** The program's path; skips the test where nothing compiles it. */
  static synchronized String path() throws IOException, InterruptedException {
    if (!compiled) {
      compile();
      compiled = true;
    }
    return PROGRAM.toString();
  }

  private static void compile() throws IOException, InterruptedException {
    String compiler =
        Stream.of("gcc", "clang").filter(ProcessProgram::isInstalled).findFirst().orElse("");
    assumeTrue(!compiler.isEmpty(), "needs gcc or clang");
    List<String> command =
        List.of(compiler, "-O1", "-o", PROGRAM.toString(), SOURCE.toString(), "-l:libpcap.so.0.8");
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
