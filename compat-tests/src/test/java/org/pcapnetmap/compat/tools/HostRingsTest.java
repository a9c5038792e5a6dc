package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An interface that a program has alone, and the host behind its host rings. */
@Timeout(180)
class HostRingsTest {
  private static final String NIC = "netmap:" + HostPair.NEAR;
  private static final String HOST = NIC + "^";
  private static final String TAP = HostPair.NEAR + "-host";

  private HostPair hosts;

  @BeforeEach
  void open() throws Exception {
    hosts = new HostPair();
    assertTrue(hosts.isConnected(), "the hosts reach each other before");
  }

  @AfterEach
  void nothingIsLeft() throws Exception {
    try (HostPair closed = hosts) {
      List<String> list = Nmcap.run("list").out();
      assertTrue(list.stream().noneMatch(line -> line.contains(NIC)), list::toString);
      assertTrue(closed.isConnected(), "the hosts reach each other afterwards");
      try (RunningTool ip = closed.near("ip", "link", "show", TAP)) {
        assertNotEquals(0, ip.exitCode(), ip::toString);
      }
    }
  }

  private RunningTool bridge(String a, String b) throws Exception {
    RunningTool bridge = hosts.near(Nmcap.LAUNCHER, "bridge", a, b);
    bridge.awaitText("joining");
    return bridge;
  }

  /** Ends a program as nothing can be done about. */
  private static void kill(RunningTool tool) throws Exception {
    tool.signal("KILL");
    tool.exitCode();
  }

  @Test
  void aBridgeBetweenInterfaceAndHostKeepsTheHostConnected() throws Exception {
    try (RunningTool bridge = bridge(NIC, HOST)) {
      bridge.awaitText("joining " + NIC + "/x and " + HOST);
      assertTrue(hosts.isConnected(), bridge::toString);
      assertTrue(
          Nmcap.run("list").out().stream().anyMatch(l -> l.contains("host rings")),
          "list names the way");
      bridge.interrupt();
      assertEquals(0, bridge.exitCode(), bridge::toString);
      assertTrue(
          bridge.err().stream()
              .anyMatch(l -> l.startsWith(HOST + " to ") && !l.contains(": 0 packets")),
          bridge::toString);
    }
  }

  @Test
  void aKilledBridgeLeavesTheHostConnected() throws Exception {
    try (RunningTool bridge = bridge(HOST, NIC)) {
      assertTrue(hosts.isConnected(), bridge::toString);
      kill(bridge);
    }
    assertTrue(hosts.isConnected(), "after the kill");
  }

  /** Interface and host are two ports of a switch; who looks on sees what they say. */
  @Test
  void interfaceAndHostArePortsOfASwitch() throws Exception {
    try (TestSwitch net = new TestSwitch();
        RunningTool nic = bridge(NIC + "/x", net.port("nic"));
        RunningTool host = bridge(HOST, net.port("host"));
        RunningTool capture =
            Nmcap.start("capture", "-i", net.port("*"), "-c", "4", "-n", "icmp")) {
      capture.awaitText("listening on");
      assertTrue(hosts.isConnected(), () -> nic + "\n" + host);
      assertEquals(0, capture.exitCode(), capture::toString);
      nic.interrupt();
      assertEquals(0, nic.exitCode(), nic::toString);
      kill(host);
    }
  }
}
