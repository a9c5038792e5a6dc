package org.pcapnetmap.cli.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.TxRing;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.SavefileFormat;
import org.pcapnetmap.pcap.SavefileWriter;

/** Replays, on a real port's ring and a clock that the test moves. */
class SavefileTrafficTest {
  private static final long MILLI = 1_000_000;
  private static final long START = 5_000 * MILLI;

  @TempDir Path dir;

  private Path file;
  private NetmapPort port;
  private TxRing ring;

  @BeforeEach
  void open() throws Exception {
    file = write("three", Datalink.EN10MB, 100, 100, 100);
    port = NetmapPort.open("vale" + ProcessHandle.current().pid() + "st:a");
    ring = port.txRing(0);
  }

  @AfterEach
  void close() {
    port.close();
  }

  /** Packets 0, 10, 30, ... milliseconds after the first; each begins with its number. */
  private Path write(String name, int linktype, int... lengths) throws IOException {
    Path path = dir.resolve(name);
    long time = 1_700_000_000_000L * MILLI;
    try (SavefileWriter writer =
        SavefileWriter.create(path.toString(), SavefileFormat.PCAP, linktype, 65_536)) {
      for (int i = 0; i < lengths.length; i++) {
        time += i * 10L * MILLI;
        ByteBuffer frame = ByteBuffer.allocateDirect(lengths[i] + 1).put(0, (byte) i);
        writer.onPacket(frame, 0, lengths[i], 100, time, Direction.INOUT);
      }
    }
    return path;
  }

  private SavefileTraffic traffic(Path path, long rounds, boolean ownPace) throws IOException {
    return new SavefileTraffic(path.toString(), rounds, ownPace);
  }

  private int numberIn(int slot) {
    return ring.buffer().get(ring.bufferOffset(slot));
  }

  @Test
  void packetsGoWhenTheyAreDue() throws Exception {
    try (SavefileTraffic traffic = traffic(file, 1, true)) {
      assertEquals(1, traffic.fill(ring, 10, START));
      assertEquals(10 * MILLI, traffic.untilDue(START));
      assertEquals(0, traffic.fill(ring, 10, START + 10 * MILLI - 1));
      assertEquals(1, traffic.fill(ring, 10, START + 10 * MILLI));
      assertEquals(20 * MILLI, traffic.untilDue(START + 10 * MILLI));
      assertEquals(1, traffic.fill(ring, 10, START + 99 * MILLI));
      assertTrue(traffic.ended());
      assertEquals(3, ring.head());
      for (int slot = 0; slot < 3; slot++) {
        assertEquals(slot, numberIn(slot));
        assertEquals(100, ring.length(slot));
      }
    }
  }

  @Test
  void theNextRoundBeginsWhereTheLastOneEnded() throws Exception {
    try (SavefileTraffic traffic = traffic(file, 2, true)) {
      assertEquals(1, traffic.fill(ring, 10, START));
      assertEquals(3, traffic.fill(ring, 10, START + 30 * MILLI));
      assertEquals(0, numberIn(3));
      assertEquals(10 * MILLI, traffic.untilDue(START + 30 * MILLI));
      assertEquals(2, traffic.fill(ring, 10, START + 60 * MILLI));
      assertTrue(traffic.ended());
    }
  }

  @Test
  void withoutAPaceEverythingIsDue() throws Exception {
    try (SavefileTraffic traffic = traffic(file, 3, false)) {
      assertEquals(5, traffic.fill(ring, 5, START));
      assertEquals(0, traffic.untilDue(START));
      assertEquals(4, traffic.fill(ring, 10, START));
      assertTrue(traffic.ended());
    }
  }

  @Test
  void anEmptySavefileEndsHoweverOftenItIsSent() throws Exception {
    try (SavefileTraffic traffic =
        traffic(write("empty", Datalink.EN10MB), Long.MAX_VALUE, false)) {
      assertTrue(traffic.ended());
      assertEquals(0, traffic.fill(ring, 10, START));
    }
  }

  @Test
  void countsWhatWasCutAndRefusesWhatDoesNotFit() throws Exception {
    Path odd = write("odd", Datalink.EN10MB, 60, 100, 5000);
    try (SavefileTraffic traffic = traffic(odd, 1, false)) {
      IOException e = assertThrows(IOException.class, () -> traffic.fill(ring, 10, START));
      assertEquals(
          odd + ": packet 3 has 5000 bytes, the port's buffers hold 2112; use --buffer-size",
          e.getMessage());
      assertEquals(2, ring.head());
      assertEquals(1, traffic.cut());
    }
  }

  @Test
  void refusesOtherLinkTypes() throws Exception {
    Path raw = write("raw", Datalink.RAW, 60);
    IOException e = assertThrows(IOException.class, () -> traffic(raw, 1, false));
    assertTrue(e.getMessage().startsWith(raw + ": holds packets of link type 101"));
  }
}
