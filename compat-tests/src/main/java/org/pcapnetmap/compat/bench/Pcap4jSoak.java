package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.pcapnetmap.compat.pcap4j.Soak;

/**
 * Many packets through pcap4j by the agent: by each of its calls for reading, and sendPacket. Then
 * what the JVM holds must not have grown since the second fifth.
 */
public final class Pcap4jSoak {
  private static final int ROUNDS = 50;
  private static final int PACKETS = 500_000_000;

  /** The heap is all there from the beginning, so that only native memory can grow. */
  private static final List<String> HEAP = List.of("-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch");

  private static final double MEGABYTE = 1 << 20;

  /** What a just-in-time compiler that comes late may take, and a collector that tidies up. */
  private static final double HEAP_SLACK = 1 * MEGABYTE;

  private static final double NATIVE_SLACK = 24 * MEGABYTE;

  private Pcap4jSoak() {}

  /**
   * Runs the soak; exit code 1 if something has grown, or it could not be run.
   *
   * @param arguments how many packets; 500 million if none is given
   */
  public static void main(String[] arguments) {
    int packets = arguments.length > 0 ? Integer.parseInt(arguments[0]) : PACKETS;
    Path home = Path.of(System.getProperty("nmcap.home", "")).toAbsolutePath();
    try (Workbench bench = new Workbench(home, Timing.full(1))) {
      Runtime.getRuntime().addShutdownHook(new Thread(bench::abandon));
      List<String> grown = grown(run(bench, packets / ROUNDS, System.out));
      grown.forEach(System.out::println);
      System.out.println(grown.isEmpty() ? "flat" : "NOT flat");
      System.exit(grown.isEmpty() ? 0 : 1);
    } catch (IOException e) {
      System.err.println("pcap4j-soak: " + e.getMessage());
      System.exit(1);
    }
  }

  /** What the JVM held after each round. */
  static List<Figures> run(Workbench bench, int packetsOfRound, PrintStream progress)
      throws IOException {
    Object[] arguments = {DevicePair.TO, DevicePair.TO + "s", ROUNDS, packetsOfRound};
    List<String> soak = Pcap4jPrograms.agent(bench, Soak.class, arguments);
    soak.addAll(1, HEAP);
    List<String> feed =
        List.of(bench.worker("nmd-send").toString(), "-p", DevicePair.FROM, "-B", "-s", "36000");
    try (Worker worker = bench.start(bench.cores().receiver(), soak)) {
      Pcap4jPrograms.awaitReady(worker);
      try (Worker feeder = bench.start(bench.cores().sender(), feed)) {
        for (int round = 1; round <= ROUNDS; round++) {
          worker.awaitLine(Pcap4jPrograms.ROUND, "{\"packets\":" + (long) packetsOfRound * round);
          progress.println(last(worker));
        }
      }
      return figures(worker.finish());
    }
  }

  private static String last(Worker worker) {
    List<String> lines = worker.printed();
    return lines.get(lines.size() - 1);
  }

  private static List<Figures> figures(List<String> lines) {
    List<Figures> figures = new ArrayList<>();
    for (String line : lines) {
      if (line.startsWith("{")) {
        figures.add(Figures.parse(line));
      }
    }
    return figures;
  }

  /** One line for each thing that has grown. */
  static List<String> grown(List<Figures> rounds) throws IOException {
    List<String> grown = new ArrayList<>();
    check(rounds, "heap", HEAP_SLACK, grown);
    check(rounds, "anonymous", NATIVE_SLACK, grown);
    for (String count : List.of("direct", "mappings", "descriptors")) {
      check(rounds, count, 0, grown);
    }
    return grown;
  }

  /** The least of the last fifth must not be more than the most of the second one. */
  private static void check(List<Figures> rounds, String what, double slack, List<String> grown)
      throws IOException {
    int fifth = rounds.size() / 5;
    double before = 0;
    double after = Double.MAX_VALUE;
    for (int i = 0; i < fifth; i++) {
      before = Math.max(before, rounds.get(fifth + i).get(what));
      after = Math.min(after, rounds.get(rounds.size() - 1 - i).get(what));
    }
    if (after > before + slack) {
      grown.add(String.format(Locale.ROOT, "%s: %.0f, then %.0f", what, before, after));
    }
  }
}
