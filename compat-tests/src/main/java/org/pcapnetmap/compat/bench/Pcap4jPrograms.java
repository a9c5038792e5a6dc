package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Programs in plain pcap4j, launched with the versions that the tests take. */
final class Pcap4jPrograms {
  private static final List<String> JARS =
      List.of(
          "pcap4j-core-1.8.2.jar",
          "pcap4j-packetfactory-static-1.8.2.jar",
          "jna-5.3.1.jar",
          "slf4j-api-1.7.25.jar");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  /** For a round of a soak on a busy machine. */
  static final Duration ROUND = Duration.ofMinutes(2);

  private Pcap4jPrograms() {}

  /** What is missing, if something is. */
  static Optional<String> obstacle(Workbench bench) {
    List<Path> needed = new ArrayList<>(jars(bench));
    needed.add(bench.adapter());
    return needed.stream()
        .filter(jar -> !Files.exists(jar))
        .map(jar -> jar + " is not built; build it with: mvn package")
        .findFirst();
  }

  private static List<Path> jars(Workbench bench) {
    return JARS.stream().map(bench.pcap4j()::resolve).toList();
  }

  /** The command line of a program on pcap4j as it is. */
  static List<String> stock(Workbench bench, Class<?> main, Object... arguments) {
    return command(bench, List.of(), List.of(), main, arguments);
  }

  /** The command line of a program on pcap4j under the agent. */
  static List<String> agent(Workbench bench, Class<?> main, Object... arguments) {
    return command(bench, agent(bench), List.of(), main, arguments);
  }

  /** The same with the engine on the class path, for a program that uses both. */
  static List<String> agentAndEngine(Workbench bench, Class<?> main, Object... arguments) {
    return command(bench, agent(bench), List.of(bench.nmcap()), main, arguments);
  }

  private static List<String> agent(Workbench bench) {
    return List.of("-javaagent:" + bench.adapter());
  }

  /** Collector and heap are the same for all: the serial one, since there is one core for each. */
  private static List<String> command(
      Workbench bench, List<String> options, List<Path> first, Class<?> main, Object... arguments) {
    List<String> path = new ArrayList<>();
    first.forEach(jar -> path.add(jar.toString()));
    jars(bench).forEach(jar -> path.add(jar.toString()));
    path.add(bench.classes().toString());
    List<String> command = new ArrayList<>(Workbench.java());
    command.addAll(options);
    command.addAll(List.of("-cp", String.join(":", path), main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }

  /** Waits until a reader reads. */
  static void awaitReady(Worker reader) throws IOException {
    reader.awaitLine(PATIENCE, "listening");
  }

  /** Ends a reader that has read what there is; its figures. */
  static Figures finish(Worker reader) throws IOException {
    reader.awaitStandstill();
    reader.type("");
    return reader.figures();
  }
}
