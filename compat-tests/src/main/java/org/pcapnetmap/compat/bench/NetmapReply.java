package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * From a question to its answer between two programs written against netmap's own interface, as
 * pkt-gen's ping and pong: the median.
 *
 * @param sleeping whether the one who asks pauses until the other may sleep
 */
record NetmapReply(boolean sleeping) implements Contestant {
  @Override
  public String name() {
    return "netmap programs, ping to pong, " + (sleeping ? "sleeping" : "at once");
  }

  @Override
  public Unit unit() {
    return Unit.TIME;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return PortStage.obstacle(bench);
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    int count = bench.timing().wakeUps();
    try (Worker pair = bench.startAnywhere(command(bench, count))) {
      Figures figures = pair.figures();
      return new Sample(figures.get("medianNs"), figures.get("packets") == count, figures);
    }
  }

  private List<String> command(Workbench bench, int count) {
    List<String> command = new ArrayList<>();
    command.add(bench.nmrun().toString());
    command.add(bench.worker("netmap-reply").toString());
    command.addAll(List.of("-p", DevicePair.FROM, "-P", DevicePair.TO, "-c", "" + count));
    command.addAll(List.of("-k", "" + bench.cores().sender()));
    command.addAll(List.of("-K", "" + bench.cores().receiver()));
    if (sleeping) {
      command.add("-S");
    }
    return command;
  }
}
