package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * An unmodified tcpdump that writes a savefile in memory: frames captured a second.
 *
 * @param ground where it runs
 * @param rate frames offered a second; 0: as many as a sender can
 * @param slots of the receive ring of a port, whose size in bytes stock libpcap gets as its buffer
 */
record TcpdumpToFile(Ground ground, double rate, int slots) implements Contestant {
  private static final int SLOT_BYTES = 2112;
  private static final int KIBIBYTE = 1024;

  @Override
  public String name() {
    String offered =
        rate > 0 ? String.format(Locale.ROOT, " at %.0f Mpps offered", rate / 1e6) : "";
    return "tcpdump -w to tmpfs" + offered + ", 60 bytes, " + slots + " slots, " + ground;
  }

  @Override
  public Unit unit() {
    return Unit.FRAMES;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return Tcpdump.obstacle().or(() -> ground.obstacle(bench));
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    try (ScratchFile file = bench.scratchFile("tcpdump.pcap");
        Ground.Stage stage = ground.open(bench);
        Worker tcpdump = start(bench, stage, file.path())) {
      Tcpdump.awaitReady(tcpdump);
      try (Worker sender = stage.feed(send(bench))) {
        Figures sent = sender.figures();
        Figures waited = Figures.of("waitedForCoreMs", tcpdump.millisWithoutCore());
        Figures counts = Tcpdump.finish(tcpdump).and("", waited);
        return Tcpdump.sample(counts, sent, balanced(counts, stage.offered(sent)));
      }
    }
  }

  private Worker start(Workbench bench, Ground.Stage stage, Path file) throws IOException {
    List<String> command = new ArrayList<>(Tcpdump.command(stage.far(), file.toString()));
    int core = bench.cores().receiver();
    if (stage instanceof PortStage port) {
      return port.start(core, List.of("--slots", Integer.toString(slots)), command);
    }
    command.addAll(List.of("-B", Long.toString((long) slots * SLOT_BYTES / KIBIBYTE)));
    return stage.start(core, command);
  }

  private List<String> send(Workbench bench) {
    List<String> options = new ArrayList<>(List.of("-s", bench.timing().sending(0)));
    if (rate > 0) {
      options.addAll(List.of("-r", Double.toString(rate), "-b", "64"));
    }
    return options;
  }

  private boolean balanced(Figures counts, double offered) throws IOException {
    double accounted = counts.get("captured") + counts.get("dropped");
    return ground == Ground.PORT
        ? counts.get("received") == accounted && counts.get("received") == offered
        : counts.get("received") >= accounted && counts.get("received") <= offered;
  }
}
