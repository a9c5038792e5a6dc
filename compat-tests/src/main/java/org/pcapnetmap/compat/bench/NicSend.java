package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * {@code nmcap send} on one end of a veth pair, as fast as it can; nobody listens on the other.
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
    List<String> command = Workbench.nmcapJvm();
    command.addAll(List.of("send", "-i", "netmap:" + NetworkNamespace.NEAR + suffix));
    command.addAll(List.of("--json", "--duration", bench.timing().sending(0)));
    try (NetworkNamespace network = new NetworkNamespace(bench);
        Worker nmcap = network.start(bench.cores().sender(), command)) {
      Figures sent = nmcap.figures();
      return new Sample(sent.get("packetsPerSecond"), sent.get("packets") > 0, sent);
    }
  }
}
