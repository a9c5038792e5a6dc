package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The same tcpreplay under nmrun: what it sends on its packet socket goes to a port of a switch,
 * where a receiver reads all it can.
 */
final class TcpreplayOnPort implements Contestant {
  private static final double EXPECTED = 3_000_000;

  @Override
  public String name() {
    return "unmodified tcpreplay under nmrun, 60 bytes";
  }

  @Override
  public Unit unit() {
    return Unit.FRAMES;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return Files.isExecutable(bench.nmrun())
        ? Tcpreplay.obstacle(bench)
        : Optional.of(bench.nmrun() + " is not built; build it with: mvn package");
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    Path file = Tcpreplay.savefile();
    List<String> command =
        new ArrayList<>(
            List.of(
                bench.nmrun().toString(), "--map", NetworkNamespace.NEAR + "=" + DevicePair.FROM));
    command.addAll(Tcpreplay.command(file, bench, EXPECTED));
    try (NetworkNamespace network = new NetworkNamespace(bench);
        Worker receiver = bench.start(bench.cores().receiver(), receive(bench));
        Worker tcpreplay = network.start(bench.cores().sender(), command)) {
      Figures sent = Tcpreplay.sent(tcpreplay.finish());
      Figures received = receiver.figures();
      return new Sample(
          Tcpreplay.rate(sent), balanced(sent, received), sent.and("receiver.", received));
    } finally {
      Files.delete(file);
    }
  }

  private static boolean balanced(Figures sent, Figures received) throws IOException {
    return sent.get("failed") == 0
        && sent.get("packets") == received.get("published") + received.get("dropped");
  }

  private static List<String> receive(Workbench bench) {
    return List.of(
        bench.worker("nmd-recv").toString(),
        "-p",
        DevicePair.TO,
        "-w",
        "0.000",
        "-s",
        Timing.seconds(bench.timing().window() / 2));
  }
}
