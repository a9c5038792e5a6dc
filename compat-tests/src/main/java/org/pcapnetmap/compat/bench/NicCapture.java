package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A tcpdump on one end of a veth pair, fed by a packet socket on the other at a rate that stock
 * libpcap loses nothing of: processor time of the whole machine for each frame captured.
 *
 * @param way how it captures
 * @param rate frames a second
 */
record NicCapture(NicWay way, double rate) implements Contestant {
  @Override
  public String name() {
    return String.format(Locale.ROOT, "%s, veth, %.1f Mpps of 60 bytes", way, rate / 1e6);
  }

  @Override
  public Unit unit() {
    return Unit.SHORT_TIME;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return Tcpdump.obstacle()
        .or(() -> PortStage.obstacle(bench))
        .or(() -> NetworkNamespace.obstacle(bench));
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    try (NetworkNamespace network = new NetworkNamespace(bench);
        Worker tcpdump =
            network.start(bench.cores().receiver(), way.tcpdump(bench, NetworkNamespace.FAR))) {
      Tcpdump.awaitReady(tcpdump);
      MachineTime time = MachineTime.start();
      try (Worker sender = network.start(bench.cores().sender(), send(bench))) {
        Figures sent = sender.figures();
        double nanos = time.nanos();
        Figures counts = Tcpdump.finish(tcpdump);
        return sample(nanos, counts, sent);
      }
    }
  }

  /** What a veth has no room for, nobody counts: lost is what was sent and not captured. */
  private Sample sample(double nanos, Figures counts, Figures sent) throws IOException {
    double captured = counts.get("captured");
    double lost = sent.get("packets") - captured;
    Figures all = counts.and("", Figures.of("lost", lost)).and("sender.", sent);
    return new Sample(nanos / Math.max(1, captured), lost >= counts.get("dropped"), all);
  }

  /** It sleeps between bursts, so that its own waiting costs nothing. */
  private List<String> send(Workbench bench) {
    return List.of(
        bench.worker("packet-send").toString(),
        "-p",
        NetworkNamespace.NEAR,
        "-S",
        "-r",
        Double.toString(rate),
        "-s",
        bench.timing().sending(0));
  }
}
