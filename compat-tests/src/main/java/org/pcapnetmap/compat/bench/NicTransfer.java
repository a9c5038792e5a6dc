package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A TCP connection of the host's over a veth pair, whose sending end is captured from, or not: bits
 * a second.
 *
 * @param way how it is captured from; empty: not at all
 */
record NicTransfer(Optional<NicWay> way) implements Contestant {
  private static final Figures NONE = Figures.parse("{}");

  static final NicTransfer UNCAPTURED = new NicTransfer(Optional.empty());

  @Override
  public String name() {
    return "TCP over veth, " + way.map(by -> "captured by " + by).orElse("nobody captures");
  }

  @Override
  public Unit unit() {
    return Unit.BITS;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return Tcpdump.obstacle()
        .or(() -> PortStage.obstacle(bench))
        .or(() -> TwoHosts.obstacle(bench));
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    try (TwoHosts hosts = new TwoHosts(bench)) {
      return way.isPresent()
          ? captured(bench, hosts)
          : new Sample(transfer(bench, hosts), true, NONE);
    }
  }

  private Sample captured(Workbench bench, TwoHosts hosts) throws IOException {
    List<String> command = new ArrayList<>(way.orElseThrow().tcpdump(bench, TwoHosts.NEAR));
    command.addAll(List.of("-s", "96"));
    try (Worker tcpdump = hosts.near(bench.cores().receiver(), command)) {
      Tcpdump.awaitReady(tcpdump);
      double rate = transfer(bench, hosts);
      Figures counts = Tcpdump.finish(tcpdump);
      return new Sample(rate, counts.get("captured") > 0, counts);
    }
  }

  private static double transfer(Workbench bench, TwoHosts hosts) throws IOException {
    String seconds = bench.timing().sending(0);
    List<String> sink = new ArrayList<>(Workbench.java(TcpTransfer.class));
    List<String> source = new ArrayList<>(sink);
    sink.add("sink");
    source.addAll(List.of("source", TwoHosts.FAR_ADDRESS, seconds));
    try (Worker receiver = hosts.far(bench.cores().receiver(), sink)) {
      receiver.awaitLine(TcpTransfer.PATIENCE, TcpTransfer.READY);
      try (Worker sender = hosts.near(bench.cores().sender(), source)) {
        sender.finish();
        return receiver.figures().get("bitsPerSecond");
      }
    }
  }
}
