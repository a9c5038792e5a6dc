package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Programs under nmrun on two ports of a switch.
 *
 * @param bench where programs lie
 */
record PortStage(Workbench bench) implements Ground.Stage {
  static Optional<String> obstacle(Workbench bench) {
    return Files.isExecutable(bench.nmrun())
        ? Optional.empty()
        : Optional.of(bench.nmrun() + " is not built; build it with: mvn package");
  }

  @Override
  public String near() {
    return DevicePair.FROM;
  }

  @Override
  public String far() {
    return DevicePair.TO;
  }

  @Override
  public Worker start(int core, List<String> command) throws IOException {
    return start(core, List.of(), command);
  }

  /** Starts a program with options for nmrun. */
  Worker start(int core, List<String> nmrunOptions, List<String> command) throws IOException {
    List<String> all = new ArrayList<>(List.of(bench.nmrun().toString()));
    all.addAll(nmrunOptions);
    all.addAll(command);
    return bench.start(core, all);
  }

  @Override
  public Worker feed(List<String> options) throws IOException {
    List<String> command = new ArrayList<>(List.of(bench.worker("nmd-send").toString()));
    command.addAll(List.of("-p", near(), "-B"));
    command.addAll(options);
    return bench.start(bench.cores().sender(), command);
  }

  @Override
  public double offered(Figures sent) throws IOException {
    return sent.get("offered");
  }

  @Override
  public void close() {
    // Ports go with the programs that opened them.
  }
}
