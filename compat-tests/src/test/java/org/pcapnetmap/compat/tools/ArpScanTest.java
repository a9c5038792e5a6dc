package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Unmodified arp-scan on a mapped interface: it sends by pcap_sendpacket and selects to read. */
class ArpScanTest extends PlaceTest {
  @Override
  Place place() throws Exception {
    return Place.forModestPrograms();
  }

  @Test
  void findsTheHost() throws Exception {
    Tools.assumeInstalled("arp-scan");
    Station target = new Station(2);
    try (OwnNetwork network = net.network();
        AnsweringHost host = new AnsweringHost(net, target, Set.of());
        RunningTool scan =
            network.mapped(
                net.port("1"), "arp-scan", "-I", "eth1", "-t", "100", "10.0.0.0-10.0.0.15")) {
      end(scan);
      assertLine(scan, "10.0.0.2\t02:00:00:00:00:02\t");
      List<String> out = scan.out();
      assertTrue(out.get(out.size() - 1).contains("1 responded"), scan::toString);
      // Each of the others is asked twice.
      assertTrue(host.seen().size() >= 31, () -> host.seen().size() + " requests");
    }
  }
}
