package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Stock tcpdump on one end of a veth pair, fed through a packet socket on the other. */
final class TcpdumpOnVeth implements Contestant {
  static final String NAME = "stock tcpdump on veth, 60 bytes";

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
    return Tcpdump.obstacle().or(() -> NetworkNamespace.obstacle(bench));
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    try (NetworkNamespace network = new NetworkNamespace(bench);
        Worker tcpdump =
            network.start(bench.cores().receiver(), Tcpdump.command(NetworkNamespace.FAR))) {
      Tcpdump.awaitReady(tcpdump);
      try (Worker sender = network.start(bench.cores().sender(), send(bench))) {
        Figures sent = sender.figures();
        Figures counts = Tcpdump.finish(tcpdump);
        return Tcpdump.sample(counts, sent, balanced(counts, sent));
      }
    }
  }

  /** Stock libpcap leaves unread what the kernel has not handed over at the end. */
  private static boolean balanced(Figures counts, Figures sent) throws IOException {
    return counts.get("received") >= counts.get("captured") + counts.get("dropped")
        && counts.get("received") <= sent.get("packets");
  }

  private static List<String> send(Workbench bench) {
    return List.of(
        bench.worker("packet-send").toString(),
        "-p",
        NetworkNamespace.NEAR,
        "-s",
        bench.timing().sending(0));
  }
}
