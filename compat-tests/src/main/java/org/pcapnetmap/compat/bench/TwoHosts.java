package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Two hosts with a cable between them: {@value #NEAR} and, in another network namespace, an
 * interface with {@value #FAR_ADDRESS}. They go with the process that holds them.
 */
final class TwoHosts implements AutoCloseable {
  static final String NEAR = "near0";
  static final String FAR_ADDRESS = "10.78.0.2";

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final String READY = "ready";
  private static final String SET_UP =
      """
      unshare -n sleep 600 & far=$!
      until [ "$(readlink /proc/$far/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do
        sleep 0.05
      done
      ip link add near0 type veth peer name far0 netns $far &&
      ip addr add 10.78.0.1/24 dev near0 && ip link set lo up && ip link set near0 up &&
      nsenter -n -t $far ip addr add 10.78.0.2/24 dev far0 &&
      nsenter -n -t $far ip link set far0 up && echo ready $far && cat; kill $far
      """;

  private final Workbench bench;
  private final Worker holder;
  private final String far;

  TwoHosts(Workbench bench) throws IOException {
    this.bench = bench;
    this.holder = bench.startAnywhere(List.of("unshare", "-n", "sh", "-c", SET_UP));
    try {
      holder.awaitLine(PATIENCE, READY);
      this.far = holder.line(READY).substring(READY.length() + 1);
    } catch (IOException e) {
      holder.close();
      throw e;
    }
  }

  /** Why there can be none here, if so. */
  static Optional<String> obstacle(Workbench bench) {
    return "root".equals(System.getProperty("user.name"))
        ? NetworkNamespace.obstacle(bench)
        : Optional.of("two network namespaces need root");
  }

  /** Starts a program on the near host. */
  Worker near(int core, List<String> command) throws IOException {
    return start(core, Long.toString(holder.pid()), command);
  }

  /** Starts a program on the far host. */
  Worker far(int core, List<String> command) throws IOException {
    return start(core, far, command);
  }

  private Worker start(int core, String pid, List<String> command) throws IOException {
    List<String> inside = new ArrayList<>(List.of("nsenter", "-n", "-t", pid));
    inside.addAll(command);
    return bench.start(core, inside);
  }

  @Override
  public void close() {
    holder.close();
  }
}
