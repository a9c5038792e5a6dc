package org.pcapnetmap.compat.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Two hosts with a cable between them, in network namespaces: {@value #NEAR} with {@value
 * #NEAR_ADDRESS}, {@value #FAR} with {@value #FAR_ADDRESS}. They end with the test.
 */
final class HostPair implements AutoCloseable {
  static final String NEAR = "eth1";
  static final String NEAR_ADDRESS = "10.77.0.1";
  static final String FAR = "eth2";
  static final String FAR_ADDRESS = "10.77.0.2";

  private static final String READY = "far host ";
  // What comes over the cable is whole, as from a network card: no checksums left open.
  private static final String SET_UP =
      """
      exec 3<&0
      unshare -n cat <&3 & far=$!
      until [ "$(readlink /proc/$far/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do
        sleep 0.05
      done
      echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6
      nsenter -n -t $far sh -c 'echo 1 >/proc/sys/net/ipv6/conf/default/disable_ipv6'
      ip link add eth1 address 02:00:00:00:00:09 type veth peer name eth2 netns $far &&
      ip addr add $1/24 dev eth1 && ip link set lo up && ip link set eth1 up &&
      { [ -z "$2" ] || nsenter -n -t $far ip addr add $2/24 dev eth2; } &&
      nsenter -n -t $far ip link set eth2 up &&
      nsenter -n -t $far ethtool -K eth2 tx off >/dev/null &&
      echo "far host $far" && wait
      """;

  private final RunningTool holder;
  private final Namespace near;
  private final Namespace far;

  HostPair() throws IOException, InterruptedException {
    this(NEAR_ADDRESS, FAR_ADDRESS);
  }

  private HostPair(String nearAddress, String farAddress) throws IOException, InterruptedException {
    Tools.assumeRoot();
    Tools.assumeInstalled("ip");
    Tools.assumeInstalled("ping");
    Tools.assumeInstalled("ethtool");
    holder =
        RunningTool.startInteractive(
            Map.of(), List.of("unshare", "-n", "sh", "-c", SET_UP, "sh", nearAddress, farAddress));
    holder.awaitText(READY);
    near = new Namespace(holder.pid());
    far =
        holder.out().stream()
            .filter(line -> line.startsWith(READY))
            .map(line -> new Namespace(Long.parseLong(line.substring(READY.length()))))
            .findFirst()
            .orElseThrow();
  }

  /** With this address at the near end, and frames only at the far one. */
  static HostPair withoutFarAddress(String nearAddress) throws IOException, InterruptedException {
    return new HostPair(nearAddress, "");
  }

  Namespace nearNetwork() {
    return near;
  }

  Namespace farNetwork() {
    return far;
  }

  /** What stands before a command that runs on the near host. */
  List<String> nearCommand() {
    return before(near);
  }

  /** What stands before a command that runs on the far host. */
  List<String> farCommand() {
    return before(far);
  }

  private static List<String> before(Namespace host) {
    return List.of("nsenter", "-n", "-t", Long.toString(host.holder()));
  }

  /** Starts a program on the near host. */
  RunningTool near(String... command) throws IOException {
    return startIn(near, command);
  }

  /** Starts a program on the far host. */
  RunningTool far(String... command) throws IOException {
    return startIn(far, command);
  }

  private static RunningTool startIn(Namespace host, String... command) throws IOException {
    List<String> all = new ArrayList<>(before(host));
    all.addAll(List.of(command));
    return RunningTool.start(Map.of(), all);
  }

  /** Whether both hosts reach each other. */
  boolean isConnected() throws IOException, InterruptedException {
    return pings(near("ping", "-c", "5", "-i", "0.05", "-W", "5", FAR_ADDRESS))
        && pings(far("ping", "-c", "5", "-i", "0.05", "-W", "5", NEAR_ADDRESS));
  }

  private static boolean pings(RunningTool ping) throws InterruptedException {
    try (ping) {
      return ping.exitCode() == 0 && ping.out().stream().anyMatch(l -> l.contains(" 0% packet"));
    }
  }

  @Override
  public void close() {
    holder.close();
  }
}
