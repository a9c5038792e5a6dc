package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Where a program built on libpcap is measured: on a port by nmrun, or as it is on a veth pair. */
enum Ground {
  /** Two ports of a switch. */
  PORT("under nmrun"),
  /** The two ends of a veth pair, by stock libpcap. */
  VETH("stock on veth");

  private final String text;

  Ground(String text) {
    this.text = text;
  }

  /** Why there can be none here, if so. */
  Optional<String> obstacle(Workbench bench) {
    return this == PORT ? PortStage.obstacle(bench) : NetworkNamespace.obstacle(bench);
  }

  /** Makes one for one run. */
  Stage open(Workbench bench) throws IOException {
    return this == PORT ? new PortStage(bench) : new VethStage(bench);
  }

  @Override
  public String toString() {
    return text;
  }

  /** A ground while a run lasts; closing removes it. */
  interface Stage extends AutoCloseable {
    /** The name of the interface that is fed. */
    String near();

    /** The name of the interface that is read. */
    String far();

    /** Starts a program built on libpcap. */
    Worker start(int core, List<String> command) throws IOException;

    /**
     * Starts who feeds the near interface, as fast as it can if the options name no rate.
     *
     * @param options more letters of nmd-send and packet-send
     */
    Worker feed(List<String> options) throws IOException;

    /** How many frames such a feeder has offered. */
    double offered(Figures sent) throws IOException;

    @Override
    void close();
  }
}
