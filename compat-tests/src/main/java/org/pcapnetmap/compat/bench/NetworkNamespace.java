package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network of its own with two veth pairs, one of them {@value #NEAR} and {@value #FAR}, so that
 * nothing of the host's network is touched. It goes with the process that holds it.
 */
final class NetworkNamespace implements AutoCloseable {
  static final String NEAR = "v0";
  static final String FAR = "v1";

  /** One end of a second pair. */
  static final String SECOND_NEAR = "w0";

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String READY = "ready";
  // Without IPv6 addresses the kernel sends nothing of its own; it may have no IPv6 at all.
  private static final String SET_UP =
      "ip link add v0 type veth peer name v1 && ip link add w0 type veth peer name w1"
          + " && for i in v0 v1 w0 w1; do ip link set $i addrgenmode none 2>/dev/null;"
          + " ip link set $i up || exit; done && echo ready && exec cat";

  private final Workbench bench;
  private final Worker holder;
  private final boolean root;

  NetworkNamespace(Workbench bench) throws IOException {
    this.bench = bench;
    this.root = isRoot();
    this.holder = bench.startAnywhere(List.of("unshare", root ? "-n" : "-rn", "sh", "-c", SET_UP));
    try {
      holder.awaitLine(PATIENCE, READY);
    } catch (IOException e) {
      holder.close();
      throw e;
    }
  }

  /** Why there can be none here, if so. */
  static Optional<String> obstacle(Workbench bench) {
    Optional<String> lacking =
        Workbench.lacks("unshare", "util-linux").or(() -> Workbench.lacks("ip", "iproute2"));
    if (lacking.isPresent()) {
      return lacking;
    }
    try {
      new NetworkNamespace(bench).close();
      return Optional.empty();
    } catch (IOException e) {
      return Optional.of("no network namespace with a veth pair: " + e.getMessage());
    }
  }

  private static boolean isRoot() {
    return "root".equals(System.getProperty("user.name"));
  }

  /** Starts a program in the namespace. */
  Worker start(int core, List<String> command) throws IOException {
    List<String> inside = new ArrayList<>(List.of("nsenter", "-n", "-t", "" + holder.pid()));
    if (!root) {
      inside.addAll(List.of("-U", "--preserve-credentials"));
    }
    inside.addAll(command);
    return bench.start(core, inside);
  }

  @Override
  public void close() {
    holder.close();
  }
}
