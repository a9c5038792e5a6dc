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

/** What nmcap does when an interface refuses frames: too long ones, or all without a link. */
@Tag("beside")
@Timeout(180)
class RefusedFramesTest {
  private static final String NIC = "netmap:" + HostPair.NEAR;
  private static final int BEYOND_MTU = 1515;

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
    try (RunningTool tcpdump = listen("udp port " + port)) {
      while (tcpdump.out().isEmpty()) {
        Nmcap.run("send", "-i", net.port("1"), "-r", frame.toString());
      }
      assertEquals(0, tcpdump.exitCode(), tcpdump::toString);
    }
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
      Path longer = savefile(54, BEYOND_MTU);
      Nmcap.run("send", "-i", net.port("1"), "-r", longer.toString());
      comesThrough(net, 55);
      link("down");
      Path lost = savefile(56, 60);
      Nmcap.run("send", "-i", net.port("1"), "-r", lost.toString());
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
