package org.pcapnetmap.cli.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.LiveHandle;
import org.pcapnetmap.pcap.PcapHandle;
import org.pcapnetmap.pcap.SavefileFormat;
import org.pcapnetmap.pcap.SavefileWriter;
import org.pcapnetmap.pcap.SendQueue;

/** Replays, to a real port and by a clock that the test moves. */
class SavefileTrafficTest {
  private static final long MILLI = 1_000_000;
  private static final long START = 5_000 * MILLI;

  @TempDir Path dir;

  private Path file;
  private LiveHandle port;
  private LiveHandle reader;
  private SendQueue queue;

  @BeforeEach
  void open() throws Exception {
    file = write("three", Datalink.EN10MB, 100, 100, 100);
    String network = "vale" + ProcessHandle.current().pid() + "st";
    port = PcapHandle.live(network + ":a").open();
    reader = PcapHandle.live(network + ":b").nonBlocking(true).open();
    queue = port.sendQueue();
  }

  @AfterEach
  void close() throws Exception {
    reader.close();
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

  /** Sends what is queued; the numbers and lengths of the packets that then came. */
  private List<String> sent() throws IOException {
    queue.flush();
    List<String> packets = new ArrayList<>();
    reader.dispatch(
        0,
        (buffer, offset, length, wireLength, timeNanos, direction) ->
            packets.add(buffer.get(offset) + "/" + length));
    return packets;
  }

  @Test
  void packetsGoWhenTheyAreDue() throws Exception {
    try (SavefileTraffic traffic = traffic(file, 1, true)) {
      assertEquals(1, traffic.fill(queue, 10, START));
      assertEquals(10 * MILLI, traffic.untilDue(START));
      assertEquals(0, traffic.fill(queue, 10, START + 10 * MILLI - 1));
      assertEquals(1, traffic.fill(queue, 10, START + 10 * MILLI));
      assertEquals(20 * MILLI, traffic.untilDue(START + 10 * MILLI));
      assertEquals(1, traffic.fill(queue, 10, START + 99 * MILLI));
      assertTrue(traffic.ended());
      assertEquals(List.of("0/100", "1/100", "2/100"), sent());
    }
  }

  @Test
  void theNextRoundBeginsWhereTheLastOneEnded() throws Exception {
    try (SavefileTraffic traffic = traffic(file, 2, true)) {
      assertEquals(1, traffic.fill(queue, 10, START));
      assertEquals(3, traffic.fill(queue, 10, START + 30 * MILLI));
      assertEquals(List.of("0/100", "1/100", "2/100", "0/100"), sent());
      assertEquals(10 * MILLI, traffic.untilDue(START + 30 * MILLI));
      assertEquals(2, traffic.fill(queue, 10, START + 60 * MILLI));
      assertTrue(traffic.ended());
    }
  }

  @Test
  void withoutAPaceEverythingIsDue() throws Exception {
    try (SavefileTraffic traffic = traffic(file, 3, false)) {
      assertEquals(5, traffic.fill(queue, 5, START));
      assertEquals(0, traffic.untilDue(START));
      assertEquals(4, traffic.fill(queue, 10, START));
      assertTrue(traffic.ended());
    }
  }

  @Test
  void anEmptySavefileEndsHoweverOftenItIsSent() throws Exception {
    try (SavefileTraffic traffic =
        traffic(write("empty", Datalink.EN10MB), Long.MAX_VALUE, false)) {
      assertTrue(traffic.ended());
      assertEquals(0, traffic.fill(queue, 10, START));
    }
  }

  @Test
  void countsWhatWasCutAndRefusesWhatDoesNotFit() throws Exception {
    Path odd = write("odd", Datalink.EN10MB, 60, 100, 65_536);
    try (SavefileTraffic traffic = traffic(odd, 1, false)) {
      IOException e = assertThrows(IOException.class, () -> traffic.fill(queue, 10, START));
      assertEquals(
          odd
              + ": packet 3 has 65536 bytes, the port's transmit ring takes 65535, and no port more;"
              + " leave it out",
          e.getMessage());
      assertEquals(List.of("0/60", "1/100"), sent());
      assertEquals(1, traffic.cut());
    }
  }

  @Test
  void waitsForRoomForAFrameOfSeveralSlots() throws Exception {
    Path large = write("large", Datalink.EN10MB, 9000, 60);
    try (SavefileTraffic traffic = traffic(large, 1, false)) {
      while (queue.room() > 4) {
        queue.commit(0); // the device passes over empty slots
      }
      assertEquals(0, traffic.fill(queue, 4, START));
      queue.flush();
      assertEquals(2, traffic.fill(queue, 10, START));
      assertEquals(List.of("0/9000", "1/60"), sent());
      assertEquals(4, queue.furtherSlotsSent());
    }
  }

  @Test
  void refusesOtherLinkTypes() throws Exception {
    Path raw = write("raw", Datalink.RAW, 60);
    IOException e = assertThrows(IOException.class, () -> traffic(raw, 1, false));
    assertTrue(e.getMessage().startsWith(raw + ": holds packets of link type 101"));
  }
}
