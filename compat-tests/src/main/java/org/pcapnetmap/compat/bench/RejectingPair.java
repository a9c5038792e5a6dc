package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A sender in C to a receiver whose filter rejects every frame: frames sent a second.
 *
 * @param load what is sent, as UDP to another port than the filter's
 */
record RejectingPair(Load load) implements Contestant {
  /** More than any ring has slots: no frame of it is for the filter's port. */
  private static final String NONE_MATCHES = "1000000";

  @Override
  public String name() {
    return "VALE C to C, udp port 53 rejects all, " + load;
  }

  @Override
  public Unit unit() {
    return load.unit();
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    try (Worker receiving = bench.start(bench.cores().receiver(), receive(bench));
        Worker sending = bench.start(bench.cores().sender(), send(bench))) {
      Figures sent = sending.figures();
      Figures received = receiving.figures();
      return new Sample(
          load.value(sent.get("packetsPerSecond")),
          sent.get("sent") == received.get("filtered") && received.get("published") == 0,
          received.and("sender.", sent));
    }
  }

  private List<String> send(Workbench bench) {
    List<String> command = new ArrayList<>(Language.C.sender(bench));
    command.addAll(load.options());
    String seconds = Timing.seconds(bench.timing().window());
    command.addAll(List.of("-p", DevicePair.FROM, "-s", seconds, "-U", NONE_MATCHES));
    return command;
  }

  private List<String> receive(Workbench bench) {
    List<String> command = new ArrayList<>(Language.C.receiver(bench));
    command.addAll(load.options());
    command.addAll(List.of("-p", DevicePair.TO, "-F"));
    return command;
  }
}
