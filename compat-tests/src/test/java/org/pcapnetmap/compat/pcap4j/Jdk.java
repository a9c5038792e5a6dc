package org.pcapnetmap.compat.pcap4j;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Properties;
import java.util.stream.Stream;

/** A JDK of this machine. */
record Jdk(int feature, Path home) {
  private static final Path INSTALLED = Path.of("/usr/lib/jvm");

  /** The one that runs the tests. */
  static Jdk running() {
    return new Jdk(Runtime.version().feature(), Path.of(System.getProperty("java.home")));
  }

  /** The newest one, if it is not the one that runs the tests; else the test is skipped. */
  static Jdk newest() throws IOException {
    try (Stream<Path> homes = Files.exists(INSTALLED) ? Files.list(INSTALLED) : Stream.empty()) {
      Jdk newest =
          homes
              .filter(home -> Files.exists(home.resolve("bin/java")))
              .map(home -> new Jdk(feature(home), home))
              .max(Comparator.comparingInt(Jdk::feature))
              .orElse(running());
      assumeTrue(
          newest.feature > running().feature,
          "no JDK newer than the running one is in " + INSTALLED);
      return newest;
    }
  }

  private static int feature(Path home) {
    Properties release = new Properties();
    try (var text = Files.newBufferedReader(home.resolve("release"))) {
      release.load(text);
      String version = release.getProperty("JAVA_VERSION", "0").replace("\"", "");
      return Integer.parseInt(version.split("[.+-]")[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String java() {
    return home.resolve("bin/java").toString();
  }

  @Override
  public String toString() {
    return "JDK " + feature;
  }
}
