package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An unmodified tcpdump that writes to nowhere, and what it says in the end. */
final class Tcpdump {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Pattern COUNT =
      Pattern.compile("(\\d+) packets? (captured|received by filter|dropped by kernel)");

  private Tcpdump() {}

  static Optional<String> obstacle() {
    return Workbench.lacks("tcpdump", "tcpdump");
  }

  static List<String> command(String port) {
    return command(port, "/dev/null");
  }

  static List<String> command(String port, String file) {
    // -Z: in a user namespace there is nobody but root to become.
    return List.of("tcpdump", "-Z", "root", "-n", "-i", port, "-w", file);
  }

  static void awaitReady(Worker tcpdump) throws IOException {
    tcpdump.awaitLine(PATIENCE, "listening on");
  }

  /** Ends a tcpdump that has captured what the sender sent; it tells its counts. */
  static Figures finish(Worker tcpdump) throws IOException {
    tcpdump.awaitStandstill();
    tcpdump.interrupt();
    return counts(tcpdump.finish());
  }

  /** Frames captured a second of sending. */
  static Sample sample(Figures counts, Figures sent, boolean balanced) throws IOException {
    double rate = counts.get("captured") / sent.get("seconds");
    return new Sample(rate, balanced, counts.and("sender.", sent));
  }

  private static Figures counts(List<String> lines) throws IOException {
    Figures counts = Figures.parse("{}");
    for (String line : lines) {
      Matcher count = COUNT.matcher(line);
      if (count.find()) {
        String name = count.group(2).split(" ", 2)[0];
        counts = counts.and("", Figures.of(name, Double.parseDouble(count.group(1))));
      }
    }
    if (counts.values().size() < 3) {
      throw new IOException("tcpdump told no counts: " + lines);
    }
    return counts;
  }
}
