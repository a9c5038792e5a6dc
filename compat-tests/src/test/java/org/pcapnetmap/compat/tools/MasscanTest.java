package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Unmodified masscan: it finds libpcap by dlopen, sends by pcap_sendpacket in one thread and reads
 * by pcap_next in another.
 */
class MasscanTest extends PlaceTest {
  @Test
  void findsOpenPorts() throws Exception {
    Tools.assumeInstalled("masscan");
    Tools.assumeRoot();
    try (AnsweringHost host = new AnsweringHost(net, new Station(2), Set.of(80, 443));
        RunningTool masscan =
            net.nmrun(
                "masscan",
                "-e",
                net.port("1"),
                "10.0.0.2",
                "-p80-83,443",
                "--source-ip",
                "10.0.0.77",
                "--adapter-mac",
                "02-00-00-00-00-4d",
                "--router-mac",
                "02-00-00-00-00-02",
                "--wait",
                "1")) {
      // It ends with the first packet after its time, on stock libpcap, too.
      while (masscan.isAlive()) {
        net.send(List.of(Frames.udp(9999, 60, 0)));
        Thread.sleep(50);
      }
      end(masscan);
      List<String> found =
          masscan.out().stream().filter(line -> line.startsWith("Discovered")).sorted().toList();
      assertEquals(2, found.size(), masscan::toString);
      assertTrue(found.get(0).startsWith("Discovered open port 443/tcp on 10.0.0.2"));
      assertTrue(found.get(1).startsWith("Discovered open port 80/tcp on 10.0.0.2"));
    }
  }
}
