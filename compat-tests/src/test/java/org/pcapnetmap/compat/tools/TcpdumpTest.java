package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pcapnetmap.netmap.NetmapPort;

/** Unmodified tcpdump under nmrun on a VALE port. */
@Tag("kernel")
@Tag("interface")
@Timeout(180)
class TcpdumpTest {
  private static final String LISTENING = "listening on";
  private static final int RING_HOLDS = 4095;

  @TempDir private Path folder;

  private Place net;
  private String port;
  private Path file;

  @BeforeEach
  void open() throws Exception {
    Tools.assumeInstalled("tcpdump");
    net = Place.ofThisRun();
    port = net.port("1");
    file = folder.resolve("captured.pcap");
  }

  @AfterEach
  void close() throws Exception {
    if (net != null) {
      net.assertNobodyLeft();
      net.close();
    }
  }

  private static void assertStatistics(RunningTool tcpdump, int captured, int received, int lost) {
    List<String> err = tcpdump.err();
    assertTrue(err.contains(captured + " packets captured"), tcpdump::toString);
    assertTrue(err.contains(received + " packets received by filter"), tcpdump::toString);
    assertTrue(err.contains(lost + " packets dropped by kernel"), tcpdump::toString);
  }

  private static void end(RunningTool tcpdump) throws Exception {
    assertEquals(0, tcpdump.exitCode(), tcpdump::toString);
  }

  /** Returns when the tcpdump of this test stands still, some time after the signal was sent. */
  private static void awaitStopped() throws InterruptedException {
    while (ProcessHandle.current().children().noneMatch(TcpdumpTest::isStoppedTcpdump)) {
      if (Thread.interrupted()) {
        throw new InterruptedException("tcpdump does not stop");
      }
      Thread.onSpinWait();
    }
  }

  private static boolean isStoppedTcpdump(ProcessHandle process) {
    try {
      Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
      return Files.readString(stat).contains(" (tcpdump) T ");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void printsLive() throws Exception {
    try (RunningTool tcpdump = net.nmrun("tcpdump", "-nn", "-t", "-l", "-c", "3", "-i", port)) {
      tcpdump.awaitText(LISTENING);
      net.send(List.of(Frames.udp(9999, 60, 0), Frames.udp(9999, 600, 1)));
      tcpdump.awaitText("UDP, length 558");
      net.send(List.of(Frames.udp(9999, 61, 2)));
      end(tcpdump);
      String udp = "IP 10.0.0.1.4000 > 10.0.0.2.9999: UDP, length ";
      assertEquals(List.of(udp + 18, udp + 558, udp + 19), tcpdump.out());
      assertTrue(
          tcpdump
              .err()
              .contains(
                  "listening on "
                      + port
                      + ", link-type EN10MB (Ethernet), snapshot length 262144 bytes"),
          tcpdump::toString);
      assertStatistics(tcpdump, 3, 3, 0);
    }
  }

  @Test
  void savefileHoldsWhatWasSent() throws Exception {
    List<byte[]> frames = Frames.mixed(3000);
    try (RunningTool tcpdump = net.nmrun("tcpdump", "-U", "-w", file.toString(), "-i", port)) {
      tcpdump.awaitText(LISTENING);
      net.send(frames);
      net.awaitRead("tcpdump", frames.size());
      tcpdump.interrupt();
      end(tcpdump);
      assertStatistics(tcpdump, frames.size(), frames.size(), 0);
    }
    Path sent = Savefiles.write(folder.resolve("sent.pcap"), frames);
    assertEquals(Savefiles.asTcpdumpReads(sent), Savefiles.asTcpdumpReads(file));
    assertEquals(Savefiles.expected(frames, Integer.MAX_VALUE), Savefiles.read(file));
  }

  @Test
  void savefileHoldsNanoseconds() throws Exception {
    try (RunningTool tcpdump =
        net.nmrun("tcpdump", "--nano", "-c", "2", "-w", file.toString(), "-i", port)) {
      tcpdump.awaitText(LISTENING);
      net.send(Frames.mixed(2));
      end(tcpdump);
    }
    byte[] magic = Files.readAllBytes(file);
    assertEquals(List.of((byte) 0x4d, (byte) 0x3c), List.of(magic[0], magic[1]));
    assertEquals(2, Savefiles.read(file).size());
  }

  /** Frames wait in a pipe for its other end; of them the filter takes what it accepts. */
  @Test
  void readsWhatWaitedInAPipe() throws Exception {
    Place.assumeSwitch("interfaces have no pipes");
    try (NetmapPort end = NetmapPort.open(port + "{a")) {
      TestSwitch.send(end, Frames.mixed(10));
      try (RunningTool tcpdump =
          net.nmrun("tcpdump", "-nn", "-c", "5", "-i", port + "}a", "udp port 53")) {
        end(tcpdump);
        assertStatistics(tcpdump, 5, 10, 0);
      }
    }
  }

  @Test
  void filterIsRunBeforeCounting() throws Exception {
    List<byte[]> frames = Frames.mixed(1000);
    try (RunningTool tcpdump =
        net.nmrun("tcpdump", "-c", "500", "-w", file.toString(), "-i", port, "udp port 53")) {
      tcpdump.awaitText(LISTENING);
      net.send(frames);
      end(tcpdump);
      assertStatistics(tcpdump, 500, 500, 0);
    }
    List<byte[]> port53 = frames.stream().filter(frame -> frame[37] == 53).toList();
    assertEquals(Savefiles.expected(port53, Integer.MAX_VALUE), Savefiles.read(file));
  }

  @Test
  void snapLengthCutsPackets() throws Exception {
    List<byte[]> frames = Frames.mixed(200);
    try (RunningTool tcpdump =
        net.nmrun("tcpdump", "-s", "96", "-c", "200", "-w", file.toString(), "-i", port)) {
      tcpdump.awaitText("snapshot length 96 bytes");
      net.send(frames);
      end(tcpdump);
    }
    assertEquals(Savefiles.expected(frames, 96), Savefiles.read(file));
  }

  /** What does not fit into the ring is counted as dropped: all sums agree. */
  @Test
  void statisticsAddUpWhenPacketsAreLost() throws Exception {
    Place.assumeLossIsOurs();
    List<byte[]> frames = Frames.mixed(10_000);
    try (RunningTool tcpdump =
        net.nmrun(
            "tcpdump", "-c", Integer.toString(RING_HOLDS), "-w", file.toString(), "-i", port)) {
      tcpdump.awaitText(LISTENING);
      tcpdump.signal("STOP");
      awaitStopped();
      net.send(frames);
      tcpdump.signal("CONT");
      end(tcpdump);
      assertStatistics(tcpdump, RING_HOLDS, frames.size(), frames.size() - RING_HOLDS);
    }
    assertEquals(
        Savefiles.expected(frames.subList(0, RING_HOLDS), Integer.MAX_VALUE), Savefiles.read(file));
  }

  @Test
  void directionIsThatOfThePort() throws Exception {
    Place.assumeNotAlone("there is no second opening, and nothing that others send");
    try (Peer same = net.sharer("1");
        RunningTool in = net.nmrun("tcpdump", "-nntl", "-Q", "in", "-c", "1", "-i", port);
        RunningTool out = net.nmrun("tcpdump", "-nntl", "-Q", "out", "-c", "1", "-i", port)) {
      in.awaitText(LISTENING);
      out.awaitText(LISTENING);
      same.send(List.of(Frames.udp(1, 60, 0)));
      net.send(List.of(Frames.udp(2, 60, 0)));
      end(in);
      end(out);
      assertEquals(List.of("IP 10.0.0.1.4000 > 10.0.0.2.2: UDP, length 18"), in.out());
      assertEquals(List.of("IP 10.0.0.1.4000 > 10.0.0.2.1: UDP, length 18"), out.out());
    }
  }

  @Test
  void readsOnAfterChangingUser() throws Exception {
    Tools.assumeRoot();
    try (RunningTool tcpdump = net.nmrun("tcpdump", "-Z", "nobody", "-nntl", "-i", port)) {
      tcpdump.awaitText(LISTENING);
      net.send(List.of(Frames.udp(9999, 60, 0), Frames.udp(9999, 70, 1)));
      tcpdump.awaitText("UDP, length 28");
      tcpdump.interrupt();
      end(tcpdump);
      assertStatistics(tcpdump, 2, 2, 0);
    }
  }

  @Test
  void namesAreMapped() throws Exception {
    try (RunningTool tcpdump =
        net.nmrun("--map", "eth77=" + port, "tcpdump", "-nntl", "-c", "1", "-i", "eth77")) {
      tcpdump.awaitText("listening on eth77");
      net.send(List.of(Frames.udp(9999, 60, 0)));
      end(tcpdump);
    }
  }

  @Test
  void listsLinkTypes() throws Exception {
    try (RunningTool tcpdump = net.nmrun("tcpdump", "-L", "-i", port)) {
      end(tcpdump);
      assertTrue(tcpdump.toString().contains("EN10MB (Ethernet)"), tcpdump::toString);
      assertTrue(tcpdump.toString().contains("DOCSIS (DOCSIS)"), tcpdump::toString);
    }
  }

  @Test
  void nmrunReportsAfterTheEnd() throws Exception {
    try (RunningTool tcpdump =
        net.nmrun("--stats", "tcpdump", "-w", file.toString(), "-i", port, "udp port 53")) {
      tcpdump.awaitText(LISTENING);
      net.send(Frames.mixed(100));
      net.awaitRead("tcpdump", 50);
      tcpdump.interrupt();
      end(tcpdump);
      List<String> err = tcpdump.err();
      String last = err.get(err.size() - 1);
      assertTrue(last.startsWith("nmrun: " + port + " (tcpdump["), tcpdump::toString);
      // In front of a shared interface the kernel filters, and does not count.
      int filtered = Place.isShared() ? 0 : 50;
      assertTrue(
          last.endsWith("]): 50 received, 50 read, 0 dropped, " + filtered + " filtered, 0 sent"),
          tcpdump::toString);
    }
  }
}
