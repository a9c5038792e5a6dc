package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Unmodified nmap on a mapped interface: it sends on packet sockets, selects on libpcap's
 * descriptor and reads in blocking mode.
 */
class NmapTest extends PlaceTest {
  private static final String SUBNET = "/24";

  @Override
  Place place() throws Exception {
    return Place.forModestPrograms();
  }

  @Test
  void scansAHostOfFrames() throws Exception {
    Tools.assumeInstalled("nmap");
    try (OwnNetwork network = net.network();
        AnsweringHost host = new AnsweringHost(net, new Station(2), Set.of(22, 80));
        RunningTool nmap = network.mapped(net.port("1"), scan("--send-eth", "22,23,80,443"))) {
      end(nmap);
      assertLine(nmap, "22/tcp ", "open ", "ssh");
      assertLine(nmap, "23/tcp ", "closed ", "telnet");
      assertLine(nmap, "MAC Address: 02:00:00:00:00:02");
      assertFound(nmap);
      assertTrue(host.seen().size() >= 6, () -> host.seen().size() + " frames");
    }
  }

  /** A kernel's own TCP behind the switch, by a TAP; nmap's frames by packet sockets. */
  @Test
  void scansARealHost() throws Exception {
    Tools.assumeInstalled("nmap");
    Tools.assumeOneNamespace();
    try (OwnNetwork network = net.network();
        RunningTool host = webServer();
        RunningTool nmap = network.mapped(net.port("1"), scan("--send-eth", "80,443"))) {
      end(nmap);
      assertFound(nmap);
      host.signal("TERM");
      host.exitCode();
    }
  }

  /**
   * By TAPs, or by the interface itself: nmap's probes are on raw IP sockets, which the kernel
   * routes.
   */
  @Test
  void scansByRawSocketsThroughATap() throws Exception {
    Tools.assumeInstalled("nmap");
    Tools.assumeOneNamespace();
    Place.assumeNotAlone("the kernel of the program's own host hears nothing");
    try (OwnNetwork network = net.network();
        RunningTool host = webServer();
        RunningTool nmap = byRawSockets(network)) {
      end(nmap);
      assertFound(nmap);
      host.signal("TERM");
      host.exitCode();
    }
  }

  private RunningTool byRawSockets(OwnNetwork network) throws Exception {
    String[] scan = scan("--send-ip", "80,443");
    return net instanceof TestSwitch here
        ? here.startOnTap(OwnNetwork.ADDRESS + SUBNET, "1", scan)
        : network.mapped(net.port("1"), scan);
  }

  private static String[] scan(String way, String ports) {
    return new String[] {"nmap", "-n", "-e", "eth1", way, "-sS", "-p", ports, "10.0.0.2-3"};
  }

  private static void assertFound(RunningTool nmap) {
    assertLine(nmap, "Nmap scan report for 10.0.0.2");
    assertLine(nmap, "80/tcp ", "open ", "http");
    assertLine(nmap, "443/tcp ", "closed ", "https");
    assertLine(nmap, "2 IP addresses (1 host up)");
  }

  /** 10.0.0.2, with a web server, in a network of its own behind the switch. */
  private RunningTool webServer() throws Exception {
    Tools.assumeRoot();
    String python = "/usr/bin/python3";
    Tools.assumeRuns("python3", python, "-c", "import http.server");
    RunningTool host =
        net.startHost(
            "10.0.0.2" + SUBNET, "2", python, "-u", "-m", "http.server", "-b", "10.0.0.2", "80");
    host.awaitText("Serving HTTP on 10.0.0.2");
    return host;
  }
}
