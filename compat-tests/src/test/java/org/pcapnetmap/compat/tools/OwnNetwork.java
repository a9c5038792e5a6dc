package org.pcapnetmap.compat.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A network namespace of a test's own, for programs that look their interface up: it has {@value
 * #INTERFACE} with the address {@value #ADDRESS}, which leads nowhere. It ends with the test. Where
 * switches are a namespace's, the kernel's, it is that of the tests, if that is not the machine's.
 */
final class OwnNetwork implements AutoCloseable {
  static final String INTERFACE = "eth1";
  static final String ADDRESS = "10.0.0.9";

  private static final String READY = "ready";
  private static final String SET_UP =
      "ip link set lo up"
          + " && ip link add eth1 address 02:00:00:00:00:09 type veth peer name eth2"
          + " && ip addr add 10.0.0.9/24 dev eth1"
          + " && ip link set eth1 up && ip link set eth2 up"
          + " && echo ready && exec sleep 600";

  /** Null where the network is not this test's alone. */
  private final RunningTool holder;

  private final Namespace namespace;

  /** One that is there, with such an interface. */
  OwnNetwork(Namespace namespace) {
    holder = null;
    this.namespace = namespace;
  }

  OwnNetwork() throws IOException, InterruptedException {
    Tools.assumeRoot();
    Tools.assumeInstalled("ip");
    holder = RunningTool.start(hold());
    holder.awaitText(READY);
    namespace = new Namespace(holder.pid());
  }

  private static String[] hold() throws IOException {
    List<String> all = new ArrayList<>();
    if (Tools.switchesAreANamespaces()) {
      Tools.assumeNotTheMachines();
    } else {
      all.addAll(List.of("unshare", "-n"));
    }
    all.addAll(List.of("sh", "-c", SET_UP));
    return all.toArray(String[]::new);
  }

  /** Starts a program there, without nmrun. */
  RunningTool start(String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of("nsenter", "-n", "-t", "" + namespace.holder()));
    all.addAll(List.of(command));
    return RunningTool.start(all.toArray(String[]::new));
  }

  /** Starts a program there under nmrun, with a port behind the interface's name. */
  RunningTool mapped(String port, String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of(Tools.NMRUN, "--map", INTERFACE + "=" + port));
    all.addAll(List.of(command));
    return start(all.toArray(String[]::new));
  }

  @Override
  public void close() {
    if (holder == null) {
      return;
    }
    holder.close();
    if (Tools.switchesAreANamespaces()) {
      deleteInterface();
    }
  }

  private static void deleteInterface() {
    try {
      Tools.output("ip", "link", "delete", INTERFACE);
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
