package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * {@code nmcap send} of tcpreplay's savefile on one end of a veth pair, as fast as it can; nobody
 * listens on the other.
 *
 * @param suffix of the interface's name: empty for shared, or /x
 */
record NicSend(String suffix) implements Contestant {
  @Override
  public String name() {
    return "nmcap send on netmap:veth" + suffix + ", 60 bytes";
  }

  @Override
  public Unit unit() {
    return Unit.FRAMES;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return NetworkNamespace.obstacle(bench);
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    Path file = Tcpreplay.savefile();
    try (NetworkNamespace network = new NetworkNamespace(bench);
        Worker nmcap = network.start(bench.cores().sender(), command(file, bench))) {
      Figures sent = nmcap.figures();
      return new Sample(sent.get("packetsPerSecond"), sent.get("packets") > 0, sent);
    } finally {
      Files.delete(file);
    }
  }

  private List<String> command(Path file, Workbench bench) {
    List<String> command = Workbench.nmcapJvm();
    command.addAll(List.of("send", "-i", "netmap:" + NetworkNamespace.NEAR + suffix));
    command.addAll(List.of("-r", file.toString(), "--loop", "--rate", "max"));
    command.addAll(List.of("--json", "--duration", bench.timing().sending(0)));
    return command;
  }
}
