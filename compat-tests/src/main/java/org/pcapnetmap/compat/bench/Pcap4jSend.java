package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.pcapnetmap.compat.pcap4j.PacketSender;

/**
 * One sendPacket of pcap4j's after the other, to a busy reader in C: frames that are sent a second.
 *
 * @param ground where both run
 */
record Pcap4jSend(Pcap4jGround ground) implements Contestant {
  @Override
  public String name() {
    return "pcap4j sendPacket(byte[]), 60 bytes, " + ground;
  }

  @Override
  public Unit unit() {
    return Unit.FRAMES;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return ground.obstacle(bench).or(() -> PcapPrograms.obstacle(bench, ground.live()));
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    Timing timing = bench.timing();
    try (Ground.Stage stage = ground.live().open(bench);
        Worker reader = stage.start(bench.cores().receiver(), read(bench, stage))) {
      PcapPrograms.awaitReady(reader);
      List<String> send =
          ground.command(
              bench,
              PacketSender.class,
              stage.near(),
              Timing.seconds(timing.javaWarmUp()),
              Timing.seconds(timing.window()));
      try (Worker sender = ground.start(bench, stage, bench.cores().sender(), send)) {
        Figures sent = sender.figures();
        Figures seen = PcapPrograms.finish(reader);
        boolean balanced = balanced(seen, sent.get("total"));
        return new Sample(sent.get("packetsPerSecond"), balanced, sent.and("reader.", seen));
      }
    }
  }

  private boolean balanced(Figures seen, double sent) throws IOException {
    double accounted = seen.get("total") + seen.get("dropped");
    return ground == Pcap4jGround.PORT
        ? sent == seen.get("received") && sent == accounted
        : sent >= seen.get("received") && seen.get("received") >= accounted;
  }

  private static List<String> read(Workbench bench, Ground.Stage stage) {
    return List.of(
        bench.worker("pcap-read").toString(),
        "-p",
        stage.far(),
        "-w",
        Timing.seconds(bench.timing().javaWarmUp()),
        "-s",
        Timing.seconds(bench.timing().window()));
  }
}
