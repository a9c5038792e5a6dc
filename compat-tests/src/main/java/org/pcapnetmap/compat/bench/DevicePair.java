package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Two programs on two ports of a switch: frames read a second.
 *
 * @param sender what the sender is written in
 * @param receiver what the receiver is written in
 * @param load what is sent
 * @param flooded sent to everyone, not to the receiver's address
 */
record DevicePair(Language sender, Language receiver, Load load, boolean flooded)
    implements Contestant {
  static final String FROM = "vale0:a";
  static final String TO = "vale0:b";

  @Override
  public String name() {
    return "VALE " + sender + " to " + receiver + (flooded ? " flooded, " : ", ") + load;
  }

  @Override
  public Unit unit() {
    return load.unit();
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    return run(bench, List.of());
  }

  /** Runs with more options for both programs. */
  Sample run(Workbench bench, List<String> more) throws IOException {
    return run(bench, more, more);
  }

  /** Runs with more options for the sender and for the receiver. */
  Sample run(Workbench bench, List<String> sendersMore, List<String> receiversMore)
      throws IOException {
    List<String> receive = receive(bench);
    List<String> send = send(bench);
    receive.addAll(receiversMore);
    send.addAll(sendersMore);
    try (Worker receiving = bench.start(bench.cores().receiver(), receive);
        Worker sending = bench.start(bench.cores().sender(), send)) {
      Figures sent = sending.figures();
      Figures received = receiving.figures();
      return new Sample(
          load.value(received.get("packetsPerSecond")),
          balanced(sent, received),
          received.and("sender.", sent));
    }
  }

  private List<String> send(Workbench bench) {
    List<String> command = new ArrayList<>(sender.sender(bench));
    command.addAll(load.options());
    command.addAll(List.of("-p", FROM, "-s", bench.timing().sending(warmUp(bench))));
    if (flooded) {
      command.add("-B");
    }
    return command;
  }

  private List<String> receive(Workbench bench) {
    List<String> command = new ArrayList<>(receiver.receiver(bench));
    command.addAll(load.options());
    command.addAll(
        List.of(
            "-p", TO,
            "-w", Timing.seconds(warmUp(bench)),
            "-s", Timing.seconds(bench.timing().window())));
    return command;
  }

  private double warmUp(Workbench bench) {
    boolean inC = sender == Language.C && receiver == Language.C;
    return inC ? bench.timing().warmUp() : bench.timing().javaWarmUp();
  }

  /** Whether every frame is accounted for, on both sides. */
  private static boolean balanced(Figures sent, Figures received) throws IOException {
    double arrived = received.get("published") + received.get("dropped");
    return sent.get("packets") == sent.get("sent")
        && sent.get("sent") == sent.get("offered")
        && sent.get("offered") == arrived + received.get("filtered")
        && received.get("published") == received.get("consumed") + received.get("unread")
        && received.get("total") == received.get("consumed");
  }
}
