package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Unmodified tshark under nmrun: it starts dumpcap and reads its messages. */
@Tag("kernel")
@Tag("interface")
@Timeout(180)
class TsharkTest {
  /** Comes when dumpcap has set the filter and made its file. */
  private static final String READY = "File: ";

  @TempDir private Path folder;

  private Place net;
  private String port;

  @BeforeEach
  void open() throws Exception {
    Tools.assumeInstalled("tshark");
    net = Place.forModestPrograms();
    port = net.port("1");
  }

  @AfterEach
  void close() throws Exception {
    if (net != null) {
      net.assertNobodyLeft();
      net.close();
    }
  }

  private static void end(RunningTool tshark) throws Exception {
    assertEquals(0, tshark.exitCode(), tshark::toString);
  }

  @Test
  void printsLive() throws Exception {
    try (RunningTool tshark =
        net.nmrun(
            "tshark",
            "-l",
            "-n",
            "-c",
            "3",
            "-i",
            port,
            "-T",
            "fields",
            "-e",
            "frame.len",
            "-e",
            "frame.cap_len",
            "-e",
            "udp.dstport")) {
      tshark.awaitText(READY);
      net.send(List.of(Frames.udp(9999, 60, 0), Frames.udp(9998, 600, 1)));
      tshark.awaitText("9998");
      net.send(List.of(Frames.udp(9997, 1514, 2)));
      end(tshark);
      assertEquals(List.of("60\t60\t9999", "600\t600\t9998", "1514\t1514\t9997"), tshark.out());
      assertTrue(tshark.err().contains("3 packets captured"), tshark::toString);
    }
  }

  @Test
  void savefileHoldsWhatWasSentUntilCtrlC() throws Exception {
    List<byte[]> frames = Frames.mixed(900);
    Path file = folder.resolve("captured.pcapng");
    try (RunningTool tshark = net.nmrun("tshark", "-w", file.toString(), "-i", port)) {
      tshark.awaitText(READY);
      net.send(frames);
      net.awaitRead("dumpcap", frames.size());
      tshark.interrupt();
      end(tshark);
      assertTrue(tshark.err().contains("900 packets captured"), tshark::toString);
    }
    assertEquals(Savefiles.expected(frames, Integer.MAX_VALUE), Savefiles.read(file));
  }

  @Test
  void captureFilterAndSnapLength() throws Exception {
    List<byte[]> frames = Frames.mixed(100);
    Path file = folder.resolve("captured.pcap");
    try (RunningTool tshark =
        net.nmrun(
            "tshark",
            "-F",
            "pcap",
            "-s",
            "70",
            "-c",
            "50",
            "-f",
            "udp port 53",
            "-w",
            file.toString(),
            "-i",
            port)) {
      tshark.awaitText(READY);
      net.send(frames);
      end(tshark);
    }
    List<byte[]> port53 = frames.stream().filter(frame -> frame[37] == 53).toList();
    assertEquals(Savefiles.expected(port53, 70), Savefiles.read(file));
  }

  @Test
  void listsLinkTypes() throws Exception {
    try (RunningTool tshark = net.nmrun("tshark", "-L", "-i", port)) {
      end(tshark);
      assertTrue(tshark.out().contains("  EN10MB (Ethernet)"), tshark::toString);
    }
  }
}
