package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Stock tcpreplay on one end of a veth pair; nobody listens on the other. */
final class TcpreplayOnVeth implements Contestant {
  static final String NAME = "stock tcpreplay on veth, 60 bytes";

  private static final double EXPECTED = 400_000;

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public Unit unit() {
    return Unit.FRAMES;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return Tcpreplay.obstacle(bench);
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    Path file = Tcpreplay.savefile();
    try (NetworkNamespace network = new NetworkNamespace(bench);
        Worker tcpreplay =
            network.start(bench.cores().sender(), Tcpreplay.command(file, bench, EXPECTED))) {
      Figures sent = Tcpreplay.sent(tcpreplay.finish());
      return new Sample(Tcpreplay.rate(sent), sent.get("failed") == 0, sent);
    } finally {
      Files.delete(file);
    }
  }
}
