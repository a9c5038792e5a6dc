package org.pcapnetmap.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pcapnetmap.netmap.Direction;

/** What is written is read back, and what cannot be written is said. */
class SavefileWriterTest {
  private static final int SNAPLEN = 262_144;
  private static final long TIME = 1_700_000_000_123_456_789L;

  @TempDir Path dir;

  private static ByteBuffer random(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return ByteBuffer.allocateDirect(length).put(0, bytes);
  }

  private static SavefileWriter create(Path file, SavefileFormat format) throws IOException {
    return SavefileWriter.create(file.toString(), format, Datalink.EN10MB, SNAPLEN);
  }

  private static List<Savefiles.Packet> read(Path file) throws IOException {
    try (SavefileReader reader = SavefileReader.open(file.toString())) {
      return Savefiles.readAll(reader);
    }
  }

  @ParameterizedTest
  @EnumSource(SavefileFormat.class)
  void whatIsWrittenIsReadBack(SavefileFormat format) throws Exception {
    Path file = dir.resolve("round");
    ByteBuffer data = random(300_000);
    int[] lengths = {0, 1, 7, 8, 9, 14, 59, 60, 61, 64, 191, 192, 193, 1514, 9014, 262_144};
    try (SavefileWriter writer = create(file, format)) {
      for (int length : lengths) {
        writer.onPacket(data, 1000 + length % 3, length, length + 4, TIME + length, Direction.OUT);
      }
      assertEquals(lengths.length, writer.packets());
    }
    List<Savefiles.Packet> packets = read(file);
    assertEquals(lengths.length, packets.size());
    for (int i = 0; i < lengths.length; i++) {
      check(format, packets.get(i), data, lengths[i]);
    }
  }

  private static void check(
      SavefileFormat format, Savefiles.Packet packet, ByteBuffer data, int length) {
    long time = TIME + length;
    boolean micros = format == SavefileFormat.PCAP;
    boolean pcapng = format == SavefileFormat.PCAPNG;
    assertEquals(micros ? time / 1000 * 1000 : time, packet.timeNanos());
    assertEquals(length + 4, packet.wireLength());
    assertEquals(pcapng ? Direction.OUT : Direction.INOUT, packet.direction());
    assertEquals(length, packet.data().size());
    for (int i = 0; i < length; i++) {
      assertEquals(data.get(1000 + length % 3 + i), packet.data().get(i));
    }
  }

  @ParameterizedTest
  @EnumSource(SavefileFormat.class)
  void afterAFlushTheFileIsComplete(SavefileFormat format) throws Exception {
    Path file = dir.resolve("flushed");
    try (SavefileWriter writer = create(file, format)) {
      assertEquals(List.of(), read(file));
      writer.onPacket(random(60), 0, 60, 60, TIME, Direction.INOUT);
      writer.flush();
      assertEquals(1, read(file).size());
    }
  }

  @Test
  void theEndingOfTheNameChoosesTheFormat() {
    assertEquals(SavefileFormat.PCAPNG, SavefileFormat.ofName("a.pcapng", false));
    assertEquals(SavefileFormat.PCAP, SavefileFormat.ofName("a.pcap", false));
    assertEquals(SavefileFormat.PCAP_NANO, SavefileFormat.ofName("-", true));
  }

  @Test
  void aFullDeviceIsSaidAtOnce() {
    Path full = Path.of("/dev/full");
    assumeTrue(Files.exists(full), "this system has no /dev/full");
    SavefileException e =
        assertThrows(SavefileException.class, () -> create(full, SavefileFormat.PCAP));
    assertEquals("/dev/full: cannot be written: No space left on device", e.getMessage());
  }

  @Test
  void aDiskThatFillsUpLeavesACompleteSavefile() throws Exception {
    Path file = dir.resolve("full");
    CrowdedChannel channel = new CrowdedChannel(file, 100_000);
    SavefileWriter writer =
        SavefileWriter.create("full", channel, SavefileFormat.PCAP, Datalink.EN10MB, SNAPLEN);
    ByteBuffer data = random(1000);
    SavefileException e =
        assertThrows(
            SavefileException.class,
            () -> {
              while (true) {
                writer.onPacket(data, 0, 1000, 1000, TIME, Direction.IN);
              }
            });
    writer.close();
    assertEquals(
        "full: cannot be written: No space left on device; 98 packets are saved in it",
        e.getMessage());
    assertEquals(98, read(file).size());
    assertFalse(channel.isOpen());
  }

  @Test
  void namesTheRemedyForAMissingDirectory() {
    Path file = dir.resolve("no/such/place");
    SavefileException e =
        assertThrows(SavefileException.class, () -> create(file, SavefileFormat.PCAP));
    assertTrue(e.getMessage().startsWith(file + ": there is no such directory"), e.getMessage());
  }
}
