package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Programs as they are on a veth pair in a network of its own. */
final class VethStage implements Ground.Stage {
  private final Workbench bench;
  private final NetworkNamespace network;

  VethStage(Workbench bench) throws IOException {
    this.bench = bench;
    this.network = new NetworkNamespace(bench);
  }

  @Override
  public String near() {
    return NetworkNamespace.NEAR;
  }

  @Override
  public String far() {
    return NetworkNamespace.FAR;
  }

  @Override
  public Worker start(int core, List<String> command) throws IOException {
    return network.start(core, command);
  }

  @Override
  public Worker feed(List<String> options) throws IOException {
    List<String> command = new ArrayList<>(List.of(bench.worker("packet-send").toString()));
    command.addAll(List.of("-p", near()));
    command.addAll(options);
    return network.start(bench.cores().sender(), command);
  }

  @Override
  public double offered(Figures sent) throws IOException {
    return sent.get("packets");
  }

  @Override
  public void close() {
    network.close();
  }
}
