package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unmodified scapy: by libpcap, which it opens by ctypes, and by packet sockets of its own. */
class ScapyTest extends PlaceTest {
  private static final String BY_LIBPCAP =
      """
      import sys
      from scapy.all import *
      conf.use_pcap = True
      socket = conf.L2socket(iface=sys.argv[1], filter="udp port 53")
      print("ready", type(socket).__name__, flush=True)
      socket.send(Ether(src="02:00:00:00:00:09", dst="ff:ff:ff:ff:ff:ff")
          / IP(src="10.0.0.9", dst="10.0.0.2") / UDP(sport=1, dport=9) / Raw(b"from scapy"))
      for p in sniff(opened_socket=socket, count=2, timeout=60):
          print(p[IP].src, p[UDP].dport, len(p))
      """;

  private static final String BY_PACKET_SOCKET =
      """
      import sys
      from scapy.all import *
      sendp(Ether(src="02:00:00:00:00:09", dst="ff:ff:ff:ff:ff:ff")
          / IP(src="10.0.0.9", dst="10.0.0.2") / UDP(sport=1, dport=9) / Raw(b"from scapy"),
          iface=sys.argv[1], count=3, verbose=False)
      print("sent", conf.L2socket.__name__)
      """;

  @TempDir private Path folder;

  @BeforeEach
  void installed() throws Exception {
    Tools.assumeRoot();
    Tools.assumeRuns("python3-scapy", "/usr/bin/python3", "-c", "import scapy");
  }

  private String script(String text) throws Exception {
    return Files.writeString(folder.resolve("script.py"), text).toString();
  }

  private static void assertFromScapy(byte[] frame) {
    assertEquals("from scapy", new String(frame, 42, 10, StandardCharsets.US_ASCII));
  }

  @Test
  void sendsFiltersAndSniffsByLibpcap() throws Exception {
    try (Peer peer = net.peer("peer");
        RunningTool scapy = net.nmrun("/usr/bin/python3", script(BY_LIBPCAP), net.port("1"))) {
      scapy.awaitText("ready L2pcapSocket");
      List<byte[]> sent = Place.await(peer, 1);
      assertEquals(1, sent.size());
      assertFromScapy(sent.get(0));
      peer.send(List.of(Frames.udp(53, 70, 1), Frames.udp(9999, 60, 0), Frames.udp(53, 1500, 2)));
      end(scapy);
      assertLine(scapy, "10.0.0.1 53 70");
      assertLine(scapy, "10.0.0.1 53 1500");
      assertEquals(3, scapy.out().size(), scapy::toString);
    }
  }

  @Test
  void sendsByPacketSockets() throws Exception {
    try (OwnNetwork network = net.network();
        Peer peer = net.peer("peer");
        RunningTool scapy =
            network.mapped(net.port("1"), "/usr/bin/python3", script(BY_PACKET_SOCKET), "eth1")) {
      end(scapy);
      assertLine(scapy, "sent L2Socket");
      List<byte[]> sent = Place.await(peer, 3);
      assertEquals(3, sent.size());
      sent.forEach(ScapyTest::assertFromScapy);
    }
  }
}
