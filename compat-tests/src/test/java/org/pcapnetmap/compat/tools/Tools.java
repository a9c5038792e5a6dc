package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Starting Debian's programs, with nmrun in front or without. */
final class Tools {
  static final Path TOP = Path.of(System.getProperty("nmcap.home")).toAbsolutePath().normalize();
  static final String NMRUN = TOP.resolve("bin/nmrun").toString();

  private Tools() {}

  /** Skips the test where the program is not installed. */
  static void assumeInstalled(String program) {
    boolean found =
        Stream.of(System.getenv("PATH").split(":"))
            .map(folder -> Path.of(folder, program))
            .anyMatch(Files::isExecutable);
    assumeTrue(found, program + " is not installed; on Debian: apt-get install " + program);
  }

  /** Skips the test where a command, which needs the package, does not succeed. */
  static void assumeRuns(String debianPackage, String... command) throws Exception {
    boolean runs = new ProcessBuilder(command).start().waitFor() == 0;
    assumeTrue(runs, debianPackage + " is not installed; on Debian: apt-get install it");
  }

  /** Skips a test of lost packets where they are not counted. */
  static void assumeLossIsTold() {
    assumeTrue(
        "user".equals(System.getenv("NETMAP_DEVICE")),
        "the kernel's netmap does not tell what it drops");
  }

  /** Skips a test where the netmap face answers for the kernel's netmap. */
  static void assumeNotLooped(String reason) {
    assumeFalse(isLooped(), reason);
  }

  static boolean isLooped() {
    return "loop".equals(System.getenv("NETMAP_DEVICE"));
  }

  /** Whether another network namespace has other switches. */
  static boolean switchesAreANamespaces() {
    return "kernel".equals(System.getenv("NETMAP_DEVICE"));
  }

  /** Skips a test of programs in several network namespaces where these have other switches. */
  static void assumeOneNamespace() {
    assumeFalse(
        switchesAreANamespaces(),
        "the kernel's netmap has switches of their own for each network namespace");
  }

  /** Skips a test that would add to the machine's own interfaces. */
  static void assumeNotTheMachines() throws IOException {
    assumeFalse(
        Files.readSymbolicLink(Path.of("/proc/self/ns/net"))
            .equals(Files.readSymbolicLink(Path.of("/proc/1/ns/net"))),
        "the tests share the machine's network namespace; start them by unshare -n");
  }

  static void assumeRoot() {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
  }

  /** Starts a program under nmrun. */
  static RunningTool nmrun(String... command) throws IOException {
    return nmrun(Map.of(), command);
  }

  static RunningTool nmrun(Map<String, String> environment, String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of(NMRUN));
    all.addAll(List.of(command));
    return RunningTool.start(environment, all);
  }

  /** What a program that must succeed prints; it is run as it is, without nmrun. */
  static List<String> output(String... command) throws IOException, InterruptedException {
    try (RunningTool tool = RunningTool.start(command)) {
      assertEquals(0, tool.exitCode(), tool::toString);
      return tool.out();
    }
  }
}
