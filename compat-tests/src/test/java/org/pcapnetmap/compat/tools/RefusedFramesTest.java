package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcapnetmap.netmap.NetmapDevice;

/** What nmcap does when an interface refuses frames: too long ones, or all without a link. */
@Tag("beside")
@Timeout(300)
class RefusedFramesTest {
  private static final String NIC = "netmap:" + HostPair.NEAR;
  private static final int BEYOND_MTU = 1515;
  private static final long PATIENCE_NANOS = 60_000_000_000L;

  @TempDir private Path folder;

  private HostPair hosts;

  @BeforeEach
  void open() throws Exception {
    hosts = new HostPair();
  }

  @AfterEach
  void close() {
    if (hosts != null) {
      hosts.close();
    }
  }

  private Path savefile(int port, int length) throws Exception {
    return Savefiles.write(folder.resolve(port + ".pcap"), List.of(Frames.udp(port, length, 0)));
  }

  private static void succeeds(RunningTool tool) throws Exception {
    try (tool) {
      assertEquals(0, tool.exitCode(), tool::toString);
    }
  }

  private void link(String state) throws Exception {
    succeeds(hosts.near("ip", "link", "set", HostPair.NEAR, state));
  }

  private RunningTool listen(String filter) throws Exception {
    RunningTool tcpdump = hosts.far("tcpdump", "-n", "-c", "1", "-i", HostPair.FAR, filter);
    tcpdump.awaitText("listening on");
    return tcpdump;
  }

  /** Sends it until it has come; a link takes a moment to be there. */
  private void comesThrough(TestSwitch net, int port) throws Exception {
    Path frame = savefile(port, 60);
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    try (RunningTool tcpdump = listen("udp port " + port)) {
      while (tcpdump.isAlive()) {
        assertTrue(System.nanoTime() < deadline, () -> "nothing comes to " + tcpdump);
        Nmcap.run("send", "-i", net.port("1"), "-r", frame.toString());
      }
      assertEquals(0, tcpdump.exitCode(), tcpdump::toString);
      assertEquals(1, tcpdump.out().size(), tcpdump::toString);
    }
  }

  /** What the bridge's interface has refused so far. */
  private static long refused(TestSwitch net) throws Exception {
    int bridge =
        net.others().stream()
            .filter(o -> o.portName().equals("nic"))
            .findFirst()
            .orElseThrow()
            .pid();
    return NetmapDevice.list().stream()
        .filter(o -> o.pid() == bridge && o.switchName().equals("netmap"))
        .mapToLong(o -> o.statistics().sentBad())
        .sum();
  }

  /** Sends it until it has been refused; what was sent before may be under way. */
  private void isRefused(TestSwitch net, int port, int length) throws Exception {
    Path frame = savefile(port, length);
    long before = refused(net);
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    do {
      assertTrue(System.nanoTime() < deadline, "the interface refuses nothing");
      Nmcap.run("send", "-i", net.port("1"), "-r", frame.toString());
    } while (refused(net) == before);
  }

  @ParameterizedTest
  @ValueSource(strings = {NIC, NIC + "/x"})
  void aBridgeGoesOn(String port) throws Exception {
    Tools.assumeInstalled("tcpdump");
    try (TestSwitch net = new TestSwitch();
        RunningTool bridge =
            hosts.near(Nmcap.LAUNCHER, "bridge", port, net.port("nic"), "--json")) {
      bridge.awaitText("joining");
      comesThrough(net, 53);
      isRefused(net, 54, BEYOND_MTU);
      comesThrough(net, 55);
      link("down");
      isRefused(net, 56, 60);
      link("up");
      comesThrough(net, 57);
      bridge.interrupt();
      assertEquals(0, bridge.exitCode(), bridge::toString);
      assertTrue(Nmcap.number(bridge, "droppedBToA") >= 2, bridge::toString);
      assertTrue(Nmcap.number(bridge, "forwardedBToA") >= 3, bridge::toString);
      assertTrue(
          bridge.err().stream().anyMatch(line -> line.contains(", some by " + NIC)),
          bridge::toString);
    }
  }

  private RunningTool startToSend(String port) throws Exception {
    Tools.assumeInstalled("tcpdump");
    try (RunningTool tcpdump = listen("udp")) {
      RunningTool send = hosts.near(Nmcap.LAUNCHER, "send", "-i", port, "--rate", "1000");
      assertEquals(0, tcpdump.exitCode(), send::toString);
      return send;
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {NIC, NIC + "/x"})
  void whoSendsIsToldThatTheLinkIsLost(String port) throws Exception {
    try (RunningTool send = startToSend(port)) {
      link("down");
      assertEquals(1, send.exitCode(), send::toString);
      assertTrue(send.err().stream().anyMatch(l -> l.contains("Network is down")), send::toString);
      assertTrue(send.err().stream().noneMatch(l -> l.contains("too short")), send::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {NIC, NIC + "/x"})
  void whoSendsIsToldThatTheInterfaceIsGone(String port) throws Exception {
    try (RunningTool send = startToSend(port)) {
      succeeds(hosts.near("ip", "link", "del", HostPair.NEAR));
      assertEquals(1, send.exitCode(), send::toString);
      assertTrue(
          send.err().stream()
              .anyMatch(l -> l.contains("Network is down") || l.contains("disappeared")),
          send::toString);
    }
  }
}
