package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A program that reads by libpcap and only counts: frames a second. Where its filter rejects all,
 * it sees none, and the frames that were offered are counted.
 *
 * @param ground where it runs
 * @param reading what it calls
 */
record PcapRead(Ground ground, Reading reading) implements Contestant {
  /** What the program does. */
  enum Reading {
    /** Unfiltered. */
    LOOP("pcap_loop, empty callback", "", ""),
    /** A filter that takes nothing. */
    LOOP_REJECTING("pcap_loop, udp port 53 rejects all", "-F", "1000000"),
    /** A filter that takes everything. */
    LOOP_ACCEPTING("pcap_loop, udp port 53 accepts all", "-F", "1"),
    /** One by one. */
    NEXT_EX("pcap_next_ex", "-N", "");

    private final String text;
    private final String option;
    private final String udp;

    Reading(String text, String option, String udp) {
      this.text = text;
      this.option = option;
      this.udp = udp;
    }
  }

  @Override
  public String name() {
    return reading.text + ", 60 bytes, " + ground;
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
        Worker reader = stage.start(bench.cores().receiver(), read(bench, stage))) {
      PcapPrograms.awaitReady(reader);
      try (Worker sender = stage.feed(send(bench.timing()))) {
        Figures sent = sender.figures();
        Figures seen = PcapPrograms.finish(reader);
        return sample(seen, sent, stage.offered(sent));
      }
    }
  }

  private Sample sample(Figures seen, Figures sent, double offered) throws IOException {
    Figures all = seen.and("sender.", sent);
    if (reading == Reading.LOOP_REJECTING) {
      return new Sample(sent.get("packetsPerSecond"), seen.get("received") == 0, all);
    }
    // Stock libpcap leaves unread what the kernel has not handed over at the end.
    double accounted = seen.get("total") + seen.get("dropped");
    boolean balanced =
        ground == Ground.PORT
            ? seen.get("received") == accounted && seen.get("received") == offered
            : seen.get("received") >= accounted && seen.get("received") <= offered;
    return new Sample(seen.get("packetsPerSecond"), balanced, all);
  }

  private List<String> read(Workbench bench, Ground.Stage stage) {
    Timing timing = bench.timing();
    List<String> command = new ArrayList<>(List.of(bench.worker("pcap-read").toString()));
    command.addAll(List.of("-p", stage.far()));
    command.addAll(List.of("-w", Timing.seconds(timing.warmUp())));
    command.addAll(List.of("-s", Timing.seconds(timing.window())));
    if (!reading.option.isEmpty()) {
      command.add(reading.option);
    }
    return command;
  }

  private List<String> send(Timing timing) {
    List<String> options = new ArrayList<>(List.of("-s", timing.sending(timing.warmUp())));
    if (!reading.udp.isEmpty()) {
      options.addAll(List.of("-U", reading.udp));
    }
    return options;
  }
}
