package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcapnetmap.pcap.PcapHandle;
import org.pcapnetmap.pcap.SavefileHandle;

/** Savefiles that nmcap rotates, read back by stock capinfos and packet by packet. */
@Timeout(300)
class RotationTest {
  /** Where the number of a generated frame lies. */
  private static final int SEQUENCE = 42;

  @TempDir private Path folder;

  private TestSwitch net;

  @BeforeEach
  void open() throws Exception {
    net = new TestSwitch();
  }

  @AfterEach
  void close() throws Exception {
    net.assertNobodyLeft();
    net.close();
  }

  /** Two million packets of 60 bytes are 152 MB, and no packet lies in two files or in none. */
  @ParameterizedTest
  @ValueSource(strings = {"a.pcap", "a.pcapng", "a.pcap.gz"})
  void noPacketIsLostOrDoubledBetweenFiles(String name) throws Exception {
    try (RunningTool capture =
        Nmcap.start(
            "capture",
            "-i",
            net.port("1"),
            "-w",
            folder.resolve(name).toString(),
            "-C",
            "10",
            "--slots",
            "65536",
            "--json")) {
      capture.awaitText("listening on");
      Nmcap.run("send", "-i", net.port("2"), "--count", "2M", "--rate", "400k");
      capture.interrupt();
      assertEquals(0, capture.exitCode(), capture::toString);
      long captured = Nmcap.number(capture, "packets");
      assertEquals(2_000_000, captured + Nmcap.number(capture, "dropped"));
      assertTrue(captured > 1_000_000, capture::toString);
      List<Path> files = files();
      assertTrue(files.size() >= captured * 76 / 11_000_000, files::toString);
      assertEquals(captured, ascending(files));
      assertEquals(captured, asCapinfosCounts(files));
    }
  }

  /** In the order in which they were begun: FILE, FILE1, ... */
  private List<Path> files() throws Exception {
    try (Stream<Path> list = Files.list(folder)) {
      return list.sorted(Comparator.comparingInt(RotationTest::number)).toList();
    }
  }

  private static int number(Path file) {
    String digits = file.getFileName().toString().replaceAll("[^0-9]", "");
    return digits.isEmpty() ? 0 : Integer.parseInt(digits);
  }

  /** How many packets there are, each with a higher number than the one before. */
  private static long ascending(List<Path> files) throws Exception {
    long[] state = {0, -1};
    for (Path file : files) {
      try (SavefileHandle handle = PcapHandle.offline(file.toString())) {
        handle.loop(
            0,
            (buffer, offset, length, wireLength, timeNanos, direction) -> {
              long sequence = Long.reverseBytes(buffer.getLong(offset + SEQUENCE));
              assertTrue(sequence > state[1], "in order");
              state[0]++;
              state[1] = sequence;
            });
      }
    }
    return state[0];
  }

  private static long asCapinfosCounts(List<Path> files) throws Exception {
    Tools.assumeInstalled("capinfos");
    List<String> command = new ArrayList<>(List.of("capinfos", "-Mc"));
    files.forEach(file -> command.add(file.toString()));
    return Tools.output(command.toArray(String[]::new)).stream()
        .filter(line -> line.startsWith("Number of packets:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
        .sum();
  }

  /** A second for each of two files; the packet that would begin a third one ends the capture. */
  @Test
  void aSeriesByTimeEndsByItself() throws Exception {
    try (RunningTool capture =
            Nmcap.start(
                "capture",
                "-i",
                net.port("1"),
                "-w",
                folder.resolve("a-%s.pcap").toString(),
                "-G",
                "1",
                "-W",
                "2",
                "--json");
        RunningTool sender = Nmcap.start("send", "-i", net.port("2"), "--rate", "1k")) {
      assertEquals(0, capture.exitCode(), capture::toString);
      assertTrue(
          capture.err().stream().anyMatch(l -> l.contains("Maximum file limit reached: 2")),
          capture::toString);
      sender.interrupt();
      assertEquals(0, sender.exitCode(), sender::toString);
      List<Path> files = files();
      assertEquals(2, files.size(), files::toString);
      assertEquals(Nmcap.number(capture, "packets"), ascending(files));
    }
  }
}
