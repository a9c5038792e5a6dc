package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * {@code nmcap capture -w /dev/null}: frames captured a second, in a window that the device's own
 * counters measure from outside, after the just-in-time compiler has done its work.
 *
 * @param rate frames offered a second, 0: as many as a sender can
 * @param slots of the receive ring
 */
record NmcapCapture(double rate, int slots) implements Contestant {
  @Override
  public String name() {
    String offered =
        rate > 0 ? String.format(Locale.ROOT, " at %.0f Mpps offered", rate / 1e6) : "";
    return "nmcap capture -w /dev/null" + offered + ", 60 bytes, " + slots + " slots";
  }

  @Override
  public Unit unit() {
    return Unit.FRAMES;
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    Cores cores = bench.cores();
    try (Worker nmcap = bench.start(cores.receiver(), capture());
        Worker sender = bench.start(cores.sender(), send(bench.timing(), bench));
        Worker watch = bench.startAnywhere(watch(bench))) {
      Figures seen = watch.figures();
      Figures sent = sender.figures();
      nmcap.awaitStandstill();
      nmcap.interrupt();
      Figures told = nmcap.figures();
      Figures all = told.and("window.", seen).and("sender.", sent);
      return new Sample(seen.get("packetsPerSecond"), balanced(told, sent), all);
    }
  }

  private static boolean balanced(Figures told, Figures sent) throws IOException {
    return told.get("packets") + told.get("dropped") == sent.get("sent");
  }

  private List<String> capture() {
    List<String> command = Workbench.nmcapJvm();
    command.addAll(List.of("capture", "-i", DevicePair.TO, "-w", "/dev/null", "--json"));
    command.addAll(List.of("--slots", Integer.toString(slots)));
    return command;
  }

  private List<String> send(Timing timing, Workbench bench) {
    List<String> command = new ArrayList<>(List.of(bench.worker("nmd-send").toString(), "-B"));
    command.addAll(List.of("-p", DevicePair.FROM, "-s", timing.sending(timing.javaWarmUp())));
    if (rate > 0) {
      // A batch no larger than what is due in a few microseconds.
      command.addAll(List.of("-r", Double.toString(rate), "-b", "64"));
    }
    return command;
  }

  private static List<String> watch(Workbench bench) {
    return List.of(
        bench.worker("nmd-watch").toString(),
        "-p",
        DevicePair.TO,
        "-w",
        Timing.seconds(bench.timing().javaWarmUp()),
        "-s",
        Timing.seconds(bench.timing().window()));
  }
}
