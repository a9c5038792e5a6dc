package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * DPDK's shared-memory interface between two processes, its own traffic generator to its own sink:
 * 64-byte frames, everything but the rings as DPDK sets it.
 *
 * @param logSlots binary logarithm of the slots of each ring, 10 (DPDK's own choice) to {@link
 *     #LARGEST}
 */
record Memif(int logSlots) implements Contestant {
  /** More the driver does not take. */
  static final int LARGEST = 14;

  /** For both rings of a side, full, and for what is under way. */
  private static final int BUFFERS_PER_SLOT = 4;

  private static final int FEWEST_BUFFERS = 16384;

  private static final String TESTPMD = "dpdk-testpmd";
  private static final int ATTEMPTS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String CONNECTED = "Remote interface";

  /** Shorter windows are lost in testpmd's own reaction time. */
  private static final double SHORTEST = 0.3;

  private static final String DRIVER = "librte_net_memif.so";
  private static final Pattern RATE = Pattern.compile("Rx-pps:\\s+(\\d+)");
  private static final Pattern TOTALS =
      Pattern.compile("RX-total: (\\d+)|TX-packets: (\\d+) +TX-dr");

  @Override
  public String name() {
    return "DPDK memif, 64 bytes, " + slots() + " slots";
  }

  private int slots() {
    return 1 << logSlots;
  }

  @Override
  public Unit unit() {
    return Unit.FRAMES;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    if (bench.cores().sender() == bench.cores().receiver()) {
      return Optional.of(TESTPMD + " needs two cores");
    }
    return Workbench.lacks(TESTPMD, "dpdk-dev").or(Memif::lacksDriver);
  }

  private static Optional<String> lacksDriver() {
    try (var folders = Files.newDirectoryStream(Path.of("/usr/lib"), "*-linux-gnu")) {
      for (Path folder : folders) {
        try (var found = Files.newDirectoryStream(folder, DRIVER + "*")) {
          if (found.iterator().hasNext()) {
            return Optional.empty();
          }
        }
      }
    } catch (IOException e) {
      return Optional.of("cannot look for " + DRIVER + ": " + e.getMessage());
    }
    return Optional.of(DRIVER + " is not installed (Debian package librte-net-memif23)");
  }

  /** A few attempts: testpmd crashes now and then when one side leaves first. */
  @Override
  public Sample run(Workbench bench) throws IOException {
    IOException failure = null;
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      try {
        return attempt(bench);
      } catch (IOException e) {
        failure = e;
      }
    }
    throw failure;
  }

  private Sample attempt(Workbench bench) throws IOException {
    Path folder = Files.createTempDirectory("nmbench-memif");
    try {
      return run(bench, folder.resolve("socket"));
    } finally {
      Folders.delete(folder);
    }
  }

  private Sample run(Workbench bench, Path socket) throws IOException {
    Cores cores = bench.cores();
    try (Worker sink = start(bench, socket, "server", "rxonly", cores.receiver(), cores.sender())) {
      sink.awaitLine(PATIENCE, "listener socket");
      try (Worker source =
          start(bench, socket, "client", "txonly", cores.sender(), cores.receiver())) {
        source.awaitLine(PATIENCE, CONNECTED);
        sink.awaitLine(PATIENCE, CONNECTED);
        // The sink first: txonly into a link that nobody polls crashes testpmd.
        sink.type("start");
        source.type("start");
        measure(bench.timing(), sink);
        source.type("stop");
        sink.type("stop");
        source.type("quit");
        List<String> sent = source.finish();
        sink.type("quit");
        return sample(sink.finish(), sent);
      }
    }
  }

  /** testpmd tells the rate since it was last asked. */
  private static void measure(Timing timing, Worker sink) throws IOException {
    pass(Math.max(SHORTEST, timing.warmUp()));
    sink.type("show port stats all");
    pass(Math.max(SHORTEST, timing.window()));
    sink.type("show port stats all");
  }

  private static void pass(double seconds) throws IOException {
    try {
      Thread.sleep(Duration.ofNanos((long) (seconds * 1e9)).toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private Worker start(
      Workbench bench, Path socket, String role, String mode, int core, int idleCore)
      throws IOException {
    String port =
        "net_memif0,role=%s,id=0,rsize=%d,socket=%s,socket-abstract=no"
            .formatted(role, logSlots, socket);
    int buffers = Math.max(FEWEST_BUFFERS, BUFFERS_PER_SLOT * slots());
    List<String> command = new ArrayList<>(List.of(TESTPMD));
    command.addAll(List.of("--lcores", "0@" + idleCore + ",1@" + core, "--vdev=" + port));
    command.addAll(List.of("--no-pci", "--no-huge", "-m", "512", "--no-telemetry"));
    command.addAll(List.of("--log-level=pmd.net.memif:8", "--file-prefix=nmbench" + role));
    command.addAll(List.of("--", "-i", "--port-topology=loop", "--no-numa"));
    command.addAll(List.of("--total-num-mbufs=" + buffers, "--forward-mode=" + mode));
    return bench.startAnywhere(command);
  }

  private static Sample sample(List<String> sink, List<String> source) throws IOException {
    double rate = last(RATE, sink);
    double received = last(TOTALS, sink);
    double sent = last(TOTALS, source);
    Figures figures =
        Figures.of("packetsPerSecond", rate)
            .and("", Figures.of("total", received))
            .and("sender.", Figures.of("sent", sent));
    // What was in the ring when the sink stopped is nobody's loss.
    return new Sample(rate, sent >= received, figures);
  }

  /** The last number that a pattern finds in what testpmd printed. */
  private static double last(Pattern pattern, List<String> lines) throws IOException {
    double value = -1;
    for (String line : lines) {
      Matcher found = pattern.matcher(line);
      while (found.find()) {
        String number = found.group(1) != null ? found.group(1) : found.group(2);
        value = number.equals("0") && value > 0 ? value : Double.parseDouble(number);
      }
    }
    if (value < 0) {
      throw new IOException(TESTPMD + " printed no " + pattern + ": " + lines);
    }
    return value;
  }
}
