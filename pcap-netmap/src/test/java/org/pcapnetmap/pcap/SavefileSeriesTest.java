package org.pcapnetmap.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcapnetmap.netmap.Direction;

/** Files of a series: their names, their sizes, and every packet in exactly one of them. */
class SavefileSeriesTest {
  private static final long SECOND = 1_000_000_000;
  private static final long START = 1_700_000_000 * SECOND;
  private static final int SIZE = 984;

  @TempDir Path dir;

  private int next;

  private SavefileSeries series(String name, long bytes, long seconds, int files)
      throws IOException {
    return new SavefileSeries(
        new Rotation(dir.resolve(name).toString(), bytes, seconds, files),
        file -> SavefileWriter.create(file, SavefileFormat.PCAP, Datalink.EN10MB, 65_536),
        START);
  }

  /** Each takes 1000 bytes of a file. */
  private void write(SavefileSeries series, int packets, long timeNanos) throws IOException {
    for (int i = 0; i < packets; i++) {
      ByteBuffer frame = TestNetwork.numbered(SIZE, next++);
      series.onPacket(frame, 0, SIZE, SIZE, timeNanos, Direction.IN);
    }
  }

  private List<String> files() throws IOException {
    try (Stream<Path> list = Files.list(dir)) {
      return list.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private List<Integer> numbersIn(String... names) throws IOException {
    List<Integer> numbers = new ArrayList<>();
    for (String name : names) {
      try (SavefileHandle handle = PcapHandle.offline(dir.resolve(name).toString())) {
        handle.loop(
            0,
            (buffer, offset, length, wireLength, timeNanos, direction) ->
                numbers.add(TestNetwork.number(buffer, offset)));
      }
    }
    return numbers;
  }

  private static List<Integer> range(int from, int to) {
    return IntStream.range(from, to).boxed().toList();
  }

  @Test
  void theNextFileBeginsOnceOneIsLargerThanItsSize() throws Exception {
    try (SavefileSeries series = series("a", 10_000, 0, 0)) {
      write(series, 25, START);
    }
    assertEquals(List.of("a", "a1", "a2"), files());
    // 24 bytes of header and ten packets are the first size beyond 10,000.
    assertEquals(24 + 10 * 1000, Files.size(dir.resolve("a")));
    assertEquals(range(0, 25), numbersIn("a", "a1", "a2"));
  }

  @Test
  void aRingOfFilesOverwritesTheOldest() throws Exception {
    try (SavefileSeries series = series("a", 1000, 0, 11)) {
      write(series, 13, START);
    }
    assertEquals(11, files().size());
    assertTrue(files().containsAll(List.of("a00", "a01", "a09", "a10")), files()::toString);
    assertEquals(List.of(11), numbersIn("a00"));
    assertEquals(List.of(12), numbersIn("a01"));
    assertEquals(
        range(2, 11), numbersIn("a02", "a03", "a04", "a05", "a06", "a07", "a08", "a09", "a10"));
  }

  @Test
  void aRingOfOneFileIsOneFile() throws Exception {
    try (SavefileSeries series = series("a", 1000, 0, 1)) {
      write(series, 5, START);
    }
    assertEquals(List.of("a"), files());
    assertEquals(List.of(4), numbersIn("a"));
  }

  @Test
  void theNumberOfACompressedFileStandsBeforeItsEnding() throws Exception {
    try (SavefileSeries series = series("a.pcap.gz", 10_000, 0, 0)) {
      write(series, 25, START);
    }
    assertEquals(List.of("a.pcap.gz", "a.pcap1.gz", "a.pcap2.gz"), files());
    assertEquals(range(0, 25), numbersIn("a.pcap.gz", "a.pcap1.gz", "a.pcap2.gz"));
  }

  private static String time(long second) {
    return DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
        .format(Instant.ofEpochSecond(second).atZone(ZoneId.systemDefault()));
  }

  @Test
  void theNextFileBeginsAfterItsTimeWithTheTimeInItsName() throws Exception {
    try (SavefileSeries series = series("a-%Y%m%d-%H%M%S", 0, 10, 0)) {
      write(series, 2, START);
      write(series, 2, START + 10 * SECOND - 1);
      write(series, 1, START + 10 * SECOND);
      write(series, 1, START + 25 * SECOND + 5);
    }
    String first = "a-" + time(1_700_000_000);
    String second = "a-" + time(1_700_000_010);
    String third = "a-" + time(1_700_000_025);
    assertEquals(List.of(first, second, third), files());
    assertEquals(range(0, 4), numbersIn(first));
    assertEquals(List.of(4), numbersIn(second));
    assertEquals(List.of(5), numbersIn(third));
  }

  @Test
  void sizeAndTimeTogetherCountAnewForEachTime() throws Exception {
    try (SavefileSeries series = series("a-%S-", 1000, 10, 0)) {
      write(series, 3, START);
      write(series, 2, START + 10 * SECOND);
    }
    assertEquals(List.of("a-20-", "a-20-1", "a-20-2", "a-30-", "a-30-1"), files());
    assertEquals(range(0, 5), numbersIn(files().toArray(String[]::new)));
  }

  @Test
  void aSeriesByTimeEndsWithItsLastFile() throws Exception {
    try (SavefileSeries series = series("a-%S", 0, 10, 2)) {
      write(series, 1, START);
      write(series, 1, START + 10 * SECOND);
      assertThrows(SeriesCompleteException.class, () -> write(series, 1, START + 20 * SECOND));
    }
    assertEquals(range(0, 2), numbersIn("a-20", "a-30"));
  }

  @Test
  void aFileThatCannotBeMadeIsNamed() {
    IOException e = assertThrows(IOException.class, () -> series("no/such/a", 1000, 0, 0));
    assertTrue(e.getMessage().contains("no/such/a: there is no such directory"), e.getMessage());
  }
}
