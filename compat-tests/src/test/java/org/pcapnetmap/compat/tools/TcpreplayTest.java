package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unmodified tcpreplay on a mapped interface: it sends on a packet socket. */
class TcpreplayTest extends PlaceTest {
  private static final List<byte[]> FRAMES = Frames.mixed(500);

  @TempDir private Path folder;

  private Path file;

  @BeforeEach
  void write() throws Exception {
    Tools.assumeInstalled("tcpreplay");
    file = Savefiles.write(folder.resolve("sent.pcap"), FRAMES);
  }

  @Test
  void everyFrameArrives() throws Exception {
    try (OwnNetwork network = net.network();
        Peer peer = net.peer("peer");
        RunningTool tcpreplay =
            network.mapped(
                net.port("1"), "tcpreplay", "--topspeed", "-i", "eth1", file.toString())) {
      end(tcpreplay);
      assertLine(tcpreplay, "Successful packets:", " 500");
      assertLine(tcpreplay, "Failed packets:", " 0");
      Received.assertFrames(FRAMES, Place.await(peer, FRAMES.size()));
    }
  }

  @Test
  void nmrunReportsWhatItSent() throws Exception {
    try (OwnNetwork network = net.network();
        RunningTool tcpreplay =
            network.start(
                Tools.NMRUN,
                "--stats",
                "--map",
                "eth1=" + net.port("1"),
                "tcpreplay",
                "-t",
                "-i",
                "eth1",
                file.toString())) {
      end(tcpreplay);
      String start = "nmrun: eth1=" + net.port("1") + " (tcpreplay[";
      assertTrue(
          tcpreplay.err().stream()
              .anyMatch(line -> line.startsWith(start) && line.endsWith(", 500 sent")),
          tcpreplay::toString);
    }
  }

  /** The name of an interface, mapped to the port of this very interface. */
  @Test
  void sendsOnTheInterfaceInNetmapMode() throws Exception {
    Tools.assumeNotLooped("tests of the kernel's interfaces need the kernel's netmap");
    Place.assumeSwitch("it is the other tests' interface");
    Tools.assumeInstalled("tcpdump");
    Path seen = folder.resolve("seen.pcap");
    try (OwnNetwork network = new OwnNetwork();
        RunningTool stock =
            network.start("tcpdump", "-i", "eth2", "-c", "500", "-w", seen.toString(), "udp")) {
      stock.awaitText("listening on eth2");
      try (RunningTool tcpreplay =
          network.mapped("netmap:eth1", "tcpreplay", "-i", "eth1", "-p", "5000", file.toString())) {
        end(tcpreplay);
        assertLine(tcpreplay, "Successful packets:", " 500");
      }
      end(stock);
    }
    assertEquals(
        counted(Savefiles.expected(FRAMES, Integer.MAX_VALUE)), counted(Savefiles.read(seen)));
  }

  /** In a pair of interfaces frames overtake others when their sender changes its processor. */
  private static Map<Savefiles.Packet, Long> counted(List<Savefiles.Packet> packets) {
    return packets.stream()
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  /** As on an interface; and the kernel's interface has sent nothing if the port is none. */
  @Test
  void capturesOfThePortSeeItAsOutgoing() throws Exception {
    Place.assumeNotAlone("there is no second opening, and nothing that others send");
    Tools.assumeInstalled("tcpdump");
    Path seen = folder.resolve("seen.pcap");
    try (OwnNetwork network = net.network();
        RunningTool tcpdump =
            network.mapped(
                net.port("1"), "tcpdump", "-i", "eth1", "-Q", "out", "-w", seen.toString())) {
      tcpdump.awaitText("listening on eth1");
      try (RunningTool stock = network.start("tcpdump", "-nn", "-c", "500", "-i", "eth1", "udp");
          RunningTool tcpreplay =
              network.mapped(net.port("1"), "tcpreplay", "-t", "-i", "eth1", file.toString())) {
        stock.awaitText("listening on eth1");
        end(tcpreplay);
        net.awaitRead("tcpdump", FRAMES.size());
        if (Place.isSwitch()) {
          stock.interrupt();
        }
        end(stock);
        int sent = Place.isSwitch() ? 0 : FRAMES.size();
        assertTrue(stock.err().contains(sent + " packets captured"), stock::toString);
      }
      tcpdump.interrupt();
      end(tcpdump);
    }
    assertEquals(Savefiles.expected(FRAMES, Integer.MAX_VALUE), Savefiles.read(seen));
  }
}
