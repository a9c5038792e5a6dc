package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code nmcap capture -w /dev/null udp port 53} of traffic of which one frame in a hundred
 * matches: frames offered a second.
 *
 * @param rate frames offered a second
 * @param slots of the receive ring: room for what comes while the JVM warms up
 */
record NmcapFiltering(double rate, int slots) implements Contestant {
  private static final String ONE_IN_A_HUNDRED = "100";

  @Override
  public String name() {
    return String.format(
        Locale.ROOT,
        "nmcap capture udp port 53, 1 %% of %.0f Mpps, 60 bytes, %d slots",
        rate / 1e6,
        slots);
  }

  @Override
  public Unit unit() {
    return Unit.FRAMES;
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    Cores cores = bench.cores();
    try (Worker nmcap = bench.start(cores.receiver(), capture());
        Worker sender = bench.start(cores.sender(), send(bench))) {
      Figures sent = sender.figures();
      nmcap.awaitStandstill();
      nmcap.interrupt();
      Figures told = nmcap.figures();
      Figures all = told.and("sender.", sent);
      return new Sample(sent.get("packetsPerSecond"), balanced(told, sent), all);
    }
  }

  private static boolean balanced(Figures told, Figures sent) throws IOException {
    double seen = told.get("packets") + told.get("dropped") + told.get("filtered");
    return seen == sent.get("sent") && told.get("packets") > 0;
  }

  private List<String> capture() {
    List<String> command = Workbench.nmcapJvm();
    command.addAll(List.of("capture", "-i", DevicePair.TO, "-w", "/dev/null", "--json"));
    command.addAll(List.of("--slots", Integer.toString(slots), "udp port 53"));
    return command;
  }

  private List<String> send(Workbench bench) {
    String seconds = bench.timing().sending(bench.timing().javaWarmUp());
    List<String> command = new ArrayList<>(List.of(bench.worker("nmd-send").toString(), "-B"));
    command.addAll(List.of("-p", DevicePair.FROM, "-s", seconds, "-U", ONE_IN_A_HUNDRED));
    command.addAll(List.of("-r", Double.toString(rate), "-b", "64"));
    return command;
  }
}
