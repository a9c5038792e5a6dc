package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Where a program on pcap4j is measured. */
enum Pcap4jGround {
  /** On a port of a switch. */
  PORT("by the agent"),
  /** The same program, as it is, on a veth pair. */
  VETH("stock on veth"),
  /** The same program on a savefile: no kernel is in its way. */
  FILE("stock from a file");

  private final String text;

  Pcap4jGround(String text) {
    this.text = text;
  }

  Optional<String> obstacle(Workbench bench) {
    Optional<String> missing = Pcap4jPrograms.obstacle(bench);
    return this == FILE || missing.isPresent() ? missing : live().obstacle(bench);
  }

  /** Where the other side's programs, which are in C, run. */
  Ground live() {
    return this == PORT ? Ground.PORT : Ground.VETH;
  }

  /** The command line of a program. */
  List<String> command(Workbench bench, Class<?> main, Object... arguments) {
    return this == PORT
        ? Pcap4jPrograms.agent(bench, main, arguments)
        : Pcap4jPrograms.stock(bench, main, arguments);
  }

  /** Starts a program in the network that the stage is in; the agent needs no launcher. */
  Worker start(Workbench bench, Ground.Stage stage, int core, List<String> command)
      throws IOException {
    return this == PORT ? bench.start(core, command) : stage.start(core, command);
  }

  @Override
  public String toString() {
    return text;
  }
}
