package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A forwarder in plain libpcap, which injects into one interface what it reads from another: frames
 * a second. On ports one process on the other core feeds it and takes back what it forwards, so
 * that nothing need be lost; on veth it gets more than it can take, and injects into the near end
 * of a second pair.
 *
 * @param ground where it runs
 */
record PcapForward(Ground ground) implements Contestant {
  private static final String INTO = "vale1:a";
  private static final String OUT_OF = "vale1:b";

  @Override
  public String name() {
    return "forwarder in plain libpcap, 60 bytes, " + ground;
  }

  @Override
  public Unit unit() {
    return Unit.FRAMES;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return PcapPrograms.obstacle(bench, ground);
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    try (Ground.Stage stage = ground.open(bench);
        Worker forwarder = stage.start(bench.cores().receiver(), forward(bench, stage))) {
      PcapPrograms.awaitReady(forwarder);
      try (Worker peer = feed(bench, stage)) {
        Figures fed = peer.figures();
        Figures told = PcapPrograms.finish(forwarder);
        Figures all = told.and("peer.", fed);
        return new Sample(told.get("packetsPerSecond"), balanced(told, fed), all);
      }
    }
  }

  private Worker feed(Workbench bench, Ground.Stage stage) throws IOException {
    Timing timing = bench.timing();
    if (ground == Ground.VETH) {
      return stage.feed(List.of("-s", timing.sending(timing.warmUp())));
    }
    return bench.start(
        bench.cores().sender(),
        List.of(
            bench.worker("nmd-circle").toString(),
            "-p",
            stage.near(),
            "-P",
            OUT_OF,
            "-s",
            timing.sending(timing.warmUp())));
  }

  private boolean balanced(Figures told, Figures fed) throws IOException {
    return ground == Ground.PORT
        ? fed.get("lost") == 0 && told.get("failed") == 0 && fed.get("total") == told.get("total")
        : told.get("total") + told.get("failed") <= fed.get("packets");
  }

  private List<String> forward(Workbench bench, Ground.Stage stage) {
    Timing timing = bench.timing();
    return List.of(
        bench.worker("pcap-forward").toString(),
        "-p",
        stage.far(),
        "-P",
        ground == Ground.PORT ? INTO : NetworkNamespace.SECOND_NEAR,
        "-w",
        Timing.seconds(timing.warmUp()),
        "-s",
        Timing.seconds(timing.window()));
  }
}
