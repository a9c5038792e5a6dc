package org.pcapnetmap.compat.pcap4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcap4j.packet.EthernetPacket;
import org.pcap4j.util.ByteArrays;
import org.pcapnetmap.compat.tools.Frames;
import org.pcapnetmap.compat.tools.Place;
import org.pcapnetmap.compat.tools.RunningTool;
import org.pcapnetmap.pcap.PcapHandle;

/** The capturing programs of pcap4j-sample show and save every byte of what they were sent. */
@Tag("interface")
class SampleCaptureTest {
  private static final int COUNT = 5;
  private static final String FILTER = "udp dst port 53";

  @TempDir private Path folder;
  private Place net;

  @BeforeEach
  void open() throws Exception {
    net = Place.ofThisRun();
  }

  @AfterEach
  void close() {
    if (net != null) {
      net.close();
    }
  }

  private static List<byte[]> wanted(List<byte[]> frames) {
    List<byte[]> wanted = new ArrayList<>();
    for (int i = 0; i < frames.size(); i += 2) { // every other one is for port 53
      wanted.add(frames.get(i));
    }
    return wanted;
  }

  @ParameterizedTest
  @ValueSource(strings = {"Loop", "GetNextPacket", "GetNextPacketEx"})
  void showsPackets(String program) throws Exception {
    List<byte[]> frames = Frames.mixed(2 * COUNT);
    try (RunningTool sample =
        SampleProgram.start(net, program, List.of("count=" + COUNT), FILTER)) {
      net.send(frames);
      assertEquals(0, sample.exitCode(), sample::toString);
      assertShows(sample, wanted(frames));
    }
    net.assertNobodyLeft();
  }

  private static void assertShows(RunningTool sample, List<byte[]> frames) throws Exception {
    String said = String.join("\n", sample.out());
    for (byte[] frame : frames) {
      String packet = EthernetPacket.newPacket(frame, 0, frame.length).toString();
      assertTrue(said.contains(packet.replace("\r", "").strip()), () -> packet + " in " + sample);
    }
  }

  /** The one that is told its device, and tells what was counted. */
  @Test
  void showsPacketsAndStatistics() throws Exception {
    List<byte[]> frames = Frames.mixed(2 * COUNT);
    try (RunningTool sample =
        SampleProgram.startOnName(net, "Docker", List.of("count=" + COUNT), FILTER)) {
      net.send(frames);
      assertEquals(0, sample.exitCode(), sample::toString);
      assertShows(sample, wanted(frames));
      assertTrue(sample.out().contains("ps_recv: " + COUNT), sample::toString);
      assertTrue(sample.out().contains("ps_drop: 0"), sample::toString);
    }
    net.assertNobodyLeft();
  }

  /** Each packet has five seconds of work in a thread of its own; the loop does not wait for it. */
  @Test
  void worksInThreads() throws Exception {
    try (RunningTool sample = SampleProgram.startUnfiltered(net, "HeavyLoop")) {
      net.send(Frames.mixed(COUNT));
      assertEquals(0, sample.exitCode(), sample::toString);
      assertEquals(COUNT, times(sample, "start a heavy task"), sample::toString);
      assertEquals(COUNT, times(sample, "done"), sample::toString);
      String year = Integer.toString(LocalDate.now(ZoneOffset.UTC).getYear());
      long times = sample.out().stream().filter(line -> line.startsWith(year + "-")).count();
      assertEquals(COUNT, times, sample::toString);
    }
    net.assertNobodyLeft();
  }

  private static long times(RunningTool sample, String line) {
    return sample.out().stream().filter(line::equals).count();
  }

  @ParameterizedTest
  @ValueSource(strings = {"LoopRaw", "GetNextRawPacket", "GetRawNextPacketEx"})
  void showsBytes(String program) throws Exception {
    List<byte[]> frames = Frames.mixed(2 * COUNT);
    try (RunningTool sample =
        SampleProgram.start(net, program, List.of("count=" + COUNT), FILTER)) {
      net.send(frames);
      assertEquals(0, sample.exitCode(), sample::toString);
      for (byte[] frame : wanted(frames)) {
        String bytes = ByteArrays.toHexString(frame, " ");
        assertTrue(sample.out().contains(bytes), () -> bytes + " in " + sample);
      }
    }
    net.assertNobodyLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"Dump", "DumpLoop"})
  void writesSavefile(String program) throws Exception {
    List<byte[]> frames = Frames.mixed(2 * COUNT);
    Path file = folder.resolve("sample.pcap");
    List<String> properties = List.of("count=" + COUNT, "pcapFile=" + file);
    try (RunningTool sample = SampleProgram.start(net, program, properties, FILTER)) {
      net.send(frames);
      assertEquals(0, sample.exitCode(), sample::toString);
    }
    List<byte[]> written = new ArrayList<>();
    try (PcapHandle savefile = PcapHandle.offline(file.toString())) {
      savefile.loop(
          -1,
          (buffer, offset, length, wire, time, direction) -> {
            byte[] bytes = new byte[length];
            buffer.get(offset, bytes);
            written.add(bytes);
          });
    }
    List<byte[]> wanted = wanted(frames);
    assertEquals(wanted.size(), written.size());
    for (int i = 0; i < wanted.size(); i++) {
      assertArrayEquals(wanted.get(i), written.get(i));
    }
  }
}
