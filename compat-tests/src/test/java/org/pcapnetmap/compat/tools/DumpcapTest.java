package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Unmodified dumpcap under nmrun: it selects on the descriptor and reads one packet a time. */
@Tag("kernel")
@Tag("interface")
@Timeout(180)
class DumpcapTest {
  /** Comes when the filter is set and the first file is made. */
  private static final String READY = "File: ";

  /** Of 60 bytes; measured on a veth pair with libpcap 1.10. */
  private static final int STOCK_HOLDS = 13_123;

  /** Of 13,797 slots; a ring takes a quarter of what is left at most. */
  private static final long RING_BYTES = 32L << 20;

  @TempDir private Path folder;

  private Place net;
  private String port;
  private Path file;

  @BeforeEach
  void open() throws Exception {
    Tools.assumeInstalled("dumpcap");
    net = Place.forModestPrograms();
    port = net.port("1");
    file = folder.resolve("captured.pcapng");
  }

  @AfterEach
  void close() throws Exception {
    if (net != null) {
      net.assertNobodyLeft();
      net.close();
    }
  }

  private static void end(RunningTool dumpcap) throws Exception {
    assertEquals(0, dumpcap.exitCode(), dumpcap::toString);
  }

  private void assertStatistics(RunningTool dumpcap, String receivedAndDropped) {
    String line = "Packets received/dropped on interface '" + port + "': " + receivedAndDropped;
    assertTrue(dumpcap.err().stream().anyMatch(text -> text.startsWith(line)), dumpcap::toString);
  }

  @Test
  void savefileHoldsWhatWasSentUntilCtrlC() throws Exception {
    List<byte[]> frames = Frames.mixed(900);
    try (RunningTool dumpcap = net.nmrun("dumpcap", "-w", file.toString(), "-i", port)) {
      dumpcap.awaitText(READY);
      net.send(frames);
      net.awaitRead("dumpcap", frames.size());
      dumpcap.interrupt();
      end(dumpcap);
      assertStatistics(dumpcap, "900/0 ");
    }
    Path sent = Savefiles.write(folder.resolve("sent.pcap"), frames);
    assertEquals(Savefiles.asTcpdumpReads(sent), Savefiles.asTcpdumpReads(file));
    assertEquals(Savefiles.expected(frames, Integer.MAX_VALUE), Savefiles.read(file));
  }

  /** As many as the ring holds, one select and one read for each. */
  @Test
  void endsAfterItsCount() throws Exception {
    List<byte[]> frames = Frames.mixed(2000);
    try (RunningTool dumpcap =
        net.nmrun(
            "--slots", "4096", "dumpcap", "-P", "-c", "1999", "-w", file.toString(), "-i", port)) {
      dumpcap.awaitText(READY);
      net.send(frames);
      end(dumpcap);
    }
    assertEquals(
        Savefiles.expected(frames.subList(0, 1999), Integer.MAX_VALUE), Savefiles.read(file));
  }

  /** Nothing that the filter rejects may wake it: its read would block for ever. */
  @Test
  void filterAndSnapLength() throws Exception {
    List<byte[]> frames = Frames.mixed(400);
    try (RunningTool dumpcap =
        net.nmrun("dumpcap", "-f", "udp port 53", "-s", "80", "-w", file.toString(), "-i", port)) {
      dumpcap.awaitText(READY);
      for (byte[] frame : frames) {
        net.send(List.of(frame));
      }
      net.awaitRead("dumpcap", frames.size() / 2);
      dumpcap.interrupt();
      end(dumpcap);
      assertStatistics(dumpcap, "200/0 ");
    }
    List<byte[]> port53 = frames.stream().filter(frame -> frame[37] == 53).toList();
    assertEquals(Savefiles.expected(port53, 80), Savefiles.read(file));
  }

  @Test
  void statisticsAddUpWhenPacketsAreLost() throws Exception {
    Place.assumeLossIsOurs();
    List<byte[]> frames = Frames.mixed(5000);
    try (RunningTool dumpcap =
        net.nmrun("--slots", "1024", "dumpcap", "-c", "1023", "-w", file.toString(), "-i", port)) {
      dumpcap.awaitText(READY);
      dumpcap.signal("STOP");
      net.send(frames);
      dumpcap.signal("CONT");
      end(dumpcap);
      assertStatistics(dumpcap, "1023/3977 ");
    }
    assertEquals(
        Savefiles.expected(frames.subList(0, 1023), Integer.MAX_VALUE), Savefiles.read(file));
  }

  /** Stock dumpcap keeps as many while it does not run, in the 2 MiB that it asks for. */
  @Test
  void holdsWhatStocksBufferHolds() throws Exception {
    Place.assumeLossIsOurs();
    Place.assumeRoom(4 * RING_BYTES);
    List<byte[]> frames = Collections.nCopies(STOCK_HOLDS, Frames.mixed(1).get(0));
    try (RunningTool dumpcap = net.nmrun("dumpcap", "-w", file.toString(), "-i", port)) {
      dumpcap.awaitText(READY);
      dumpcap.signal("STOP");
      net.send(frames);
      dumpcap.signal("CONT");
      net.awaitRead("dumpcap", frames.size());
      dumpcap.interrupt();
      end(dumpcap);
      assertStatistics(dumpcap, STOCK_HOLDS + "/0 ");
    }
  }

  @Test
  void listsLinkTypes() throws Exception {
    try (RunningTool dumpcap = net.nmrun("dumpcap", "-L", "-i", port)) {
      end(dumpcap);
      assertTrue(dumpcap.out().contains("  EN10MB (Ethernet)"), dumpcap::toString);
    }
  }
}
