package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From an inject to the answer that another process injects: the median.
 *
 * @param ground where both run
 * @param sleeping whether both sleep in blocking reads; else both spin
 */
record PcapReply(Ground ground, boolean sleeping) implements Contestant {
  /** Of the questions, how many must have found the other asleep. */
  private static final double ASLEEP = 0.9;

  @Override
  public String name() {
    return "inject to reply, both " + (sleeping ? "sleeping, " : "spinning, ") + ground;
  }

  @Override
  public Unit unit() {
    return Unit.TIME;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return PcapPrograms.obstacle(bench, ground);
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    int count = bench.timing().wakeUps();
    try (Ground.Stage stage = ground.open(bench);
        Worker pair = stage.start(bench.cores().sender(), command(bench, stage, count))) {
      Figures figures = pair.figures();
      boolean balanced = !sleeping || bothSlept(figures, ASLEEP * (count - 1));
      return new Sample(figures.get("medianNs"), balanced, figures);
    }
  }

  private static boolean bothSlept(Figures figures, double times) throws IOException {
    return figures.get("peerSlept") >= times && figures.get("slept") >= times;
  }

  private List<String> command(Workbench bench, Ground.Stage stage, int count) {
    List<String> command = new ArrayList<>(List.of(bench.worker("pcap-reply").toString()));
    command.addAll(List.of("-p", stage.near(), "-P", stage.far(), "-c", "" + count));
    command.addAll(List.of("-k", "" + bench.cores().sender()));
    command.addAll(List.of("-K", "" + bench.cores().receiver()));
    if (sleeping) {
      command.add("-S");
    }
    return command;
  }
}
