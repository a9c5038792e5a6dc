package org.pcapnetmap.compat.pcap4j;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A published pcap4j with a published JNA, as applications have them. */
public record Pcap4jVersion(String pcap4j, String jna) {
  private static final Path TOP =
      Path.of(System.getProperty("nmcap.home")).toAbsolutePath().normalize();
  private static final Path JARS = TOP.resolve("compat-tests/target/pcap4j");
  private static final String DEFAULT_JNA = "5.3.1";
  private static final String LATEST_JNA = System.getProperty("jna.version");

  static final Pcap4jVersion V1 = new Pcap4jVersion("1.8.2", DEFAULT_JNA);
  static final Pcap4jVersion V2 = new Pcap4jVersion("2.0.0-alpha.6", DEFAULT_JNA);

  /** What the adapter's build makes. */
  static final Path ADAPTER = TOP.resolve("pcap4j-adapter/target/pcap4j-adapter.jar");

  /** What the tests are compiled with. */
  public static final Pcap4jVersion COMPILED = new Pcap4jVersion("1.8.2", LATEST_JNA);

  /** Both lines, each with the JNA that it brings and with the latest. */
  public static Stream<Pcap4jVersion> all() {
    return Stream.of(V1, V2).flatMap(v -> Stream.of(v, new Pcap4jVersion(v.pcap4j, LATEST_JNA)));
  }

  /** The application's dependencies. */
  public List<Path> jars() {
    return Stream.of(
            "pcap4j-core-" + pcap4j,
            "pcap4j-packetfactory-static-" + pcap4j,
            "jna-" + jna,
            "slf4j-api-1.7.25")
        .map(name -> existing(JARS.resolve(name + ".jar")))
        .toList();
  }

  /** One of the jars that tests are launched with. */
  static Path jar(String name) {
    return existing(JARS.resolve(name));
  }

  private static Path existing(Path jar) {
    if (!Files.exists(jar)) {
      throw new IllegalStateException(jar + " is missing: mvn package -pl compat-tests puts it");
    }
    return jar;
  }

  static String classPath(List<Path> jars) {
    return jars.stream().map(Path::toString).collect(Collectors.joining(":"));
  }

  public boolean isFirstLine() {
    return pcap4j.startsWith("1.");
  }

  public boolean hasLatestJna() {
    return jna.equals(LATEST_JNA);
  }

  @Override
  public String toString() {
    return "pcap4j " + pcap4j + ", JNA " + jna;
  }
}
