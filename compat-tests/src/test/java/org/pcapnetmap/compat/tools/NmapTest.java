package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Unmodified nmap on a mapped interface: it sends on packet sockets, selects on libpcap's
 * descriptor and reads in blocking mode.
 */
class NmapTest extends SwitchTest {
  @Test
  void scansAHostBehindTheSwitch() throws Exception {
    Tools.assumeInstalled("nmap");
    try (OwnNetwork network = new OwnNetwork();
        AnsweringHost host = new AnsweringHost(net, new Station(2), Set.of(22, 80));
        RunningTool nmap =
            network.mapped(
                net.port("1"),
                "nmap",
                "-n",
                "-e",
                "eth1",
                "--send-eth",
                "-sS",
                "-p",
                "22,23,80,443",
                "10.0.0.2-3")) {
      end(nmap);
      assertLine(nmap, "Nmap scan report for 10.0.0.2");
      assertLine(nmap, "22/tcp ", "open ", "ssh");
      assertLine(nmap, "23/tcp ", "closed ", "telnet");
      assertLine(nmap, "80/tcp ", "open ", "http");
      assertLine(nmap, "443/tcp ", "closed ", "https");
      assertLine(nmap, "MAC Address: 02:00:00:00:00:02");
      assertLine(nmap, "2 IP addresses (1 host up)");
      assertTrue(host.seen().size() >= 6, () -> host.seen().size() + " frames");
    }
  }
}
