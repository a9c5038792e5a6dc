package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * One pcap_inject after the other, to a busy reader: frames that it reads a second.
 *
 * @param ground where both run
 */
record PcapSend(Ground ground) implements Contestant {
  @Override
  public String name() {
    return "pcap_inject one by one, 60 bytes, " + ground;
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
    Timing timing = bench.timing();
    try (Ground.Stage stage = ground.open(bench);
        Worker reader = stage.start(bench.cores().receiver(), read(bench, stage))) {
      PcapPrograms.awaitReady(reader);
      List<String> send =
          List.of(
              bench.worker("pcap-send").toString(),
              "-p",
              stage.near(),
              "-s",
              timing.sending(timing.warmUp()));
      try (Worker sender = stage.start(bench.cores().sender(), send)) {
        Figures sent = sender.figures();
        Figures seen = PcapPrograms.finish(reader);
        boolean balanced = balanced(seen, sent.get("packets"));
        return new Sample(seen.get("packetsPerSecond"), balanced, seen.and("sender.", sent));
      }
    }
  }

  private boolean balanced(Figures seen, double sent) throws IOException {
    double accounted = seen.get("total") + seen.get("dropped");
    return ground == Ground.PORT
        ? sent == seen.get("received") && sent == accounted
        : sent >= seen.get("received") && seen.get("received") >= accounted;
  }

  private static List<String> read(Workbench bench, Ground.Stage stage) {
    Timing timing = bench.timing();
    return List.of(
        bench.worker("pcap-read").toString(),
        "-p",
        stage.far(),
        "-w",
        Timing.seconds(timing.warmUp()),
        "-s",
        Timing.seconds(timing.window()));
  }
}
