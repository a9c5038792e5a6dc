package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two programs written against netmap's own interface, under nmrun, which send and receive as
 * pkt-gen does: frames read a second.
 *
 * @param load what is sent
 * @param pipe at the ends of a pipe, else on two ports of a switch
 */
record NetmapPair(Load load, boolean pipe) implements Contestant {
  @Override
  public String name() {
    return "netmap programs, " + (pipe ? "pipe, " : "VALE, ") + load;
  }

  @Override
  public Unit unit() {
    return load.unit();
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return PortStage.obstacle(bench);
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    double warmUp = bench.timing().warmUp();
    String window = Timing.seconds(bench.timing().window());
    List<String> receive =
        command(bench, "netmap-recv", "-w", Timing.seconds(warmUp), "-s", window);
    receive.addAll(List.of("-p", pipe ? DevicePair.FROM + "}1" : DevicePair.TO));
    List<String> send = command(bench, "netmap-send", "-s", bench.timing().sending(warmUp));
    send.addAll(List.of("-p", pipe ? DevicePair.FROM + "{1" : DevicePair.FROM));
    try (Worker receiving = bench.start(bench.cores().receiver(), receive)) {
      PcapPrograms.awaitReady(receiving);
      try (Worker sending = bench.start(bench.cores().sender(), send)) {
        Figures sent = sending.figures();
        Figures received = receiving.figures();
        return new Sample(
            load.value(received.get("packetsPerSecond")),
            balanced(sent, received),
            received.and("sender.", sent));
      }
    }
  }

  private List<String> command(Workbench bench, String worker, String... options) {
    List<String> command = new ArrayList<>();
    command.add(bench.nmrun().toString());
    command.add(bench.worker(worker).toString());
    command.addAll(load.options());
    command.addAll(List.of(options));
    return command;
  }

  /** A pipe loses nothing; a switch drops what finds no room. */
  private boolean balanced(Figures sent, Figures received) throws IOException {
    double total = received.get("total");
    return pipe ? total == sent.get("packets") : total <= sent.get("packets");
  }
}
