package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The same tcpdump under nmrun, on a port of a switch. */
final class TcpdumpOnPort implements Contestant {
  @Override
  public String name() {
    return "unmodified tcpdump under nmrun, 60 bytes";
  }

  @Override
  public Unit unit() {
    return Unit.FRAMES;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return Files.isExecutable(bench.nmrun())
        ? Tcpdump.obstacle()
        : Optional.of(bench.nmrun() + " is not built; build it with: mvn package");
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    List<String> command = new ArrayList<>(List.of(bench.nmrun().toString()));
    command.addAll(Tcpdump.command(DevicePair.TO));
    try (Worker tcpdump = bench.start(bench.cores().receiver(), command)) {
      Tcpdump.awaitReady(tcpdump);
      try (Worker sender = bench.start(bench.cores().sender(), send(bench))) {
        Figures sent = sender.figures();
        Figures counts = Tcpdump.finish(tcpdump);
        return Tcpdump.sample(counts, sent, balanced(counts, sent));
      }
    }
  }

  private static boolean balanced(Figures counts, Figures sent) throws IOException {
    return counts.get("received") == counts.get("captured") + counts.get("dropped")
        && counts.get("received") == sent.get("offered");
  }

  private static List<String> send(Workbench bench) {
    return List.of(
        bench.worker("nmd-send").toString(),
        "-p",
        DevicePair.FROM,
        "-B",
        "-s",
        bench.timing().sending(0));
  }
}
