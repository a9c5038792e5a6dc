package org.pcapnetmap.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcapnetmap.netmap.Direction;

/** Compressed savefiles, whole and damaged. */
class GzipTest {
  private static final int PACKETS = 20_000;
  private static final int SIZE = 100;

  @TempDir Path dir;

  private final List<Integer> seen = new ArrayList<>();

  private Path write(String name, SavefileFormat format) throws Exception {
    Path file = dir.resolve(name);
    try (SavefileWriter writer =
        SavefileWriter.create(file.toString(), format, Datalink.EN10MB, PcapHandle.MAX_SNAPLEN)) {
      for (int i = 0; i < PACKETS; i++) {
        writer.onPacket(TestNetwork.numbered(SIZE, i), 0, SIZE, SIZE, i, Direction.INOUT);
      }
    }
    return file;
  }

  private int read(Path file) throws Exception {
    try (SavefileHandle handle = PcapHandle.offline(file.toString())) {
      return handle.dispatch(
          0,
          (buffer, offset, length, wireLength, timeNanos, direction) ->
              seen.add(TestNetwork.number(buffer, offset)));
    }
  }

  private void assertSeen(int count) {
    assertEquals(count, seen.size());
    for (int i = 0; i < count; i++) {
      assertEquals(i % PACKETS, seen.get(i));
    }
  }

  private static byte[] decompressed(Path file) throws IOException {
    try (GZIPInputStream in = new GZIPInputStream(Files.newInputStream(file))) {
      return in.readAllBytes();
    }
  }

  @ParameterizedTest
  @EnumSource(SavefileFormat.class)
  void aCompressedFileIsTheSameInside(SavefileFormat format) throws Exception {
    Path plain = write("plain", format);
    Path compressed = write("packed.gz", format);
    assertTrue(Files.size(compressed) < Files.size(plain) / 2, "smaller");
    assertTrue(Arrays.equals(Files.readAllBytes(plain), decompressed(compressed)), "the same");
    assertEquals(PACKETS, read(compressed));
    assertSeen(PACKETS);
  }

  @Test
  void theNameTellsTheFormatAlsoWhenCompressed() {
    assertEquals(SavefileFormat.PCAPNG, SavefileFormat.ofName("a.pcapng.gz", false));
    assertEquals(SavefileFormat.PCAP, SavefileFormat.ofName("a.pcap.gz", false));
    assertEquals(SavefileFormat.PCAP_NANO, SavefileFormat.ofName("a.gz", true));
  }

  /** As {@code cat a.gz b.gz}, cut at any packet or inside one. */
  @ParameterizedTest
  @ValueSource(ints = {1, 24, 1000, 262_144, 1_000_000})
  void membersBehindEachOtherAreOneFile(int cut) throws Exception {
    byte[] plain = Files.readAllBytes(write("plain", SavefileFormat.PCAP));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part :
        List.of(Arrays.copyOf(plain, cut), Arrays.copyOfRange(plain, cut, plain.length))) {
      try (GZIPOutputStream member = new GZIPOutputStream(out)) {
        member.write(part);
      }
    }
    Path joined = dir.resolve("joined");
    Files.write(joined, out.toByteArray());
    assertEquals(PACKETS, read(joined));
    assertSeen(PACKETS);
  }

  @Test
  void whatComesBeforeTheCutIsKept() throws Exception {
    byte[] whole = Files.readAllBytes(write("whole.gz", SavefileFormat.PCAP));
    Path cut = dir.resolve("cut.gz");
    Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
    SavefileException e = assertThrows(SavefileException.class, () -> read(cut));
    assertTrue(e.getMessage().startsWith(cut + ": cannot be read: "), e.getMessage());
    assertTrue(e.getMessage().contains("end too early"), e.getMessage());
    assertTrue(seen.size() > PACKETS / 10 && seen.size() < PACKETS, seen.size() + " packets");
    assertSeen(seen.size());
  }

  @Test
  void aWrongChecksumIsToldAfterThePackets() throws Exception {
    Path file = write("broken.gz", SavefileFormat.PCAP);
    byte[] bytes = Files.readAllBytes(file);
    bytes[bytes.length - 8] ^= 1;
    Files.write(file, bytes);
    SavefileException e = assertThrows(SavefileException.class, () -> read(file));
    assertTrue(e.getMessage().contains("are damaged"), e.getMessage());
    assertSeen(PACKETS);
  }

  @Test
  void whatIsNoSavefileInsideIsRefused() throws Exception {
    Path file = dir.resolve("text.gz");
    try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
      out.write("no savefile".getBytes(StandardCharsets.US_ASCII));
    }
    SavefileException e = assertThrows(SavefileException.class, () -> read(file));
    assertTrue(e.getMessage().contains("not a savefile"), e.getMessage());
  }
}
