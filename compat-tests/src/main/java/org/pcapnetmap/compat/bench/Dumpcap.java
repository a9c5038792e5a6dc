package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An unmodified dumpcap, which selects on the descriptor and reads then: frames captured a second.
 *
 * @param ground where it runs
 */
record Dumpcap(Ground ground) implements Contestant {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Pattern COUNTS =
      Pattern.compile("Packets received/dropped on interface '[^']*': (\\d+)/(\\d+)");

  @Override
  public String name() {
    return "dumpcap -w to tmpfs, 60 bytes, " + ground;
  }

  @Override
  public Unit unit() {
    return Unit.FRAMES;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return Workbench.lacks("dumpcap", "wireshark-common").or(() -> ground.obstacle(bench));
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    try (ScratchFile file = bench.scratchFile("dumpcap.pcapng");
        Ground.Stage stage = ground.open(bench);
        Worker dumpcap = stage.start(bench.cores().receiver(), command(stage, file.path()))) {
      dumpcap.awaitLine(PATIENCE, "File: ");
      try (Worker sender = stage.feed(List.of("-s", bench.timing().sending(0)))) {
        Figures sent = sender.figures();
        dumpcap.awaitStandstill();
        dumpcap.interrupt();
        Figures counts = counts(dumpcap.finish());
        boolean balanced = balanced(counts, stage.offered(sent));
        double rate = counts.get("received") / sent.get("seconds");
        return new Sample(rate, balanced, counts.and("sender.", sent));
      }
    }
  }

  private static List<String> command(Ground.Stage stage, Path file) {
    return List.of("dumpcap", "-i", stage.far(), "-w", file.toString());
  }

  /** What dumpcap calls received are those that it has written. */
  private boolean balanced(Figures counts, double offered) throws IOException {
    double accounted = counts.get("received") + counts.get("dropped");
    return ground == Ground.PORT ? accounted == offered : accounted <= offered;
  }

  private static Figures counts(List<String> lines) throws IOException {
    for (String line : lines) {
      Matcher counts = COUNTS.matcher(line);
      if (counts.find()) {
        Figures dropped = Figures.of("dropped", Double.parseDouble(counts.group(2)));
        return dropped.and("", Figures.of("received", Double.parseDouble(counts.group(1))));
      }
    }
    throw new IOException("dumpcap told no counts: " + lines);
  }
}
