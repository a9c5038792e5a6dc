package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** nmcap processes that capture from and send to each other. */
@Tag("interface")
@Timeout(180)
class NmcapTest {
  private static final String LISTENING = "listening on";

  /** What every JSON object of nmcap has; others may have ports open at the same time. */
  private static final String TOTALS =
      "\\{\"command\":\"list\",\"packets\":\\d+,\"bytes\":\\d+,\"dropped\":\\d+,"
          + "\"seconds\":\\d+\\.\\d+,\"packetsPerSecond\":\\d+\\.\\d+,\"openings\":\\[.*]}";

  /** As fast as nothing is lost on the way: a pair's own queues are short. */
  private static final String RATE = Place.isSwitch() ? "max" : "20k";

  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final String PROGRAM = ",\"program\":\"nmcap capture\"";

  /** Where the number of a generated frame lies. */
  private static final int SEQUENCE = 42;

  @TempDir private Path folder;

  private Place net;
  private String port;
  private String from;
  private Path file;

  @BeforeEach
  void open() throws Exception {
    net = Place.ofThisRun();
    port = net.port("1");
    from = net.farPort("2");
    file = folder.resolve("captured.pcap");
  }

  @AfterEach
  void close() throws Exception {
    if (net != null) {
      net.assertNobodyLeft();
      net.close();
    }
  }

  private RunningTool capture(String... options) throws Exception {
    String[] command =
        Stream.concat(Stream.of("capture", "-i", port), Stream.of(options)).toArray(String[]::new);
    RunningTool capture = net.nmcap(command);
    capture.awaitText(LISTENING);
    return capture;
  }

  private RunningTool startSend(String... options) throws Exception {
    return net.startFar(
        Stream.concat(Stream.of(Nmcap.LAUNCHER, "send", "-i", from, "--json"), Stream.of(options))
            .toList());
  }

  private RunningTool send(String... options) throws Exception {
    try (RunningTool sender = startSend(options)) {
      assertEquals(0, sender.exitCode(), sender::toString);
      return sender;
    }
  }

  private static void stop(RunningTool capture) throws Exception {
    capture.interrupt();
    assertEquals(0, capture.exitCode(), capture::toString);
  }

  /** However fast the sender: each packet was captured, dropped or filtered, and counted once. */
  @ParameterizedTest
  @ValueSource(strings = {"", "udp port 9", "udp port 10"})
  void countsAreExactAtFullSpeed(String filter) throws Exception {
    Place.assumeSwitch("a veth pair loses what its own queues have no room for");
    try (RunningTool capture = capture("-w", file.toString(), "--json", filter)) {
      RunningTool sender = send("--count", "1M");
      stop(capture);
      long captured = Nmcap.number(capture, "packets");
      assertEquals(1_000_000, Nmcap.number(sender, "packets"));
      assertEquals(60_000_000, Nmcap.number(sender, "bytes"));
      assertEquals(
          1_000_000,
          captured + Nmcap.number(capture, "dropped") + Nmcap.number(capture, "filtered"),
          capture::toString);
      assertEquals(60 * captured, Nmcap.number(capture, "bytes"));
      assertEquals(24 + captured * (16 + 60), Files.size(file));
      if (filter.endsWith("10")) {
        assertEquals(0, captured, capture::toString);
      }
    }
  }

  /** As many as the ring holds, so that none can be lost. */
  @Test
  void generatedFramesArriveUnchangedAndInOrder() throws Exception {
    int count = 4095;
    try (RunningTool capture = capture("-c", "4095", "-w", file.toString())) {
      send("--count", "4095", "--size", "100", "--rate", RATE);
      assertEquals(0, capture.exitCode(), capture::toString);
    }
    List<Savefiles.Packet> packets = Savefiles.read(file);
    assertEquals(count, packets.size());
    for (int i = 0; i < packets.size(); i++) {
      ByteBuffer bytes = packets.get(i).bytes();
      assertEquals(100, bytes.remaining());
      assertEquals(i, bytes.getLong(SEQUENCE));
      assertEquals(~(long) i, bytes.getLong(SEQUENCE + Long.BYTES));
    }
    assertTcpdumpSays("udp sum ok", count);
  }

  private void assertTcpdumpSays(String words, long times) throws Exception {
    Tools.assumeInstalled("tcpdump");
    List<String> lines = Tools.output("tcpdump", "-nnvv", "-r", file.toString());
    assertEquals(times, lines.stream().filter(line -> line.contains(words)).count());
  }

  /** Ctrl-C, kill, and a closed terminal: summary, complete savefile, success. */
  @ParameterizedTest
  @ValueSource(strings = {"INT", "TERM", "HUP"})
  void aStoppedCaptureLeavesACompleteSavefile(String signal) throws Exception {
    assumeTrue(
        !signal.equals("HUP") || hearsHangups(), "these tests were started with SIGHUP ignored");
    String others = Place.isSwitch() ? "2" : "0";
    try (RunningTool sender = startSend("--rate", "100k", "--wait-for", others);
        RunningTool capture = capture("-w", file.toString(), "--json")) {
      awaitPackets(file);
      capture.signal(signal);
      assertEquals(0, capture.exitCode(), capture::toString);
      sender.interrupt();
      assertEquals(0, sender.exitCode(), sender::toString);
      assertTrue(sender.toString().contains("packets sent"), sender::toString);
      long captured = Nmcap.number(capture, "packets");
      assertTrue(capture.err().contains(captured + " packets captured"), capture::toString);
      assertTcpdumpSays("udp sum ok", captured);
    }
  }

  /** Who was started by nohup hands on to its children that hangups are ignored. */
  private static boolean hearsHangups() throws IOException {
    String ignored =
        Files.readAllLines(Path.of("/proc/self/status")).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElseThrow();
    return (Integer.parseInt(ignored.substring(ignored.length() - 1), 16) & 1) == 0;
  }

  /** Packets reach the file while the capture runs. */
  private static void awaitPackets(Path savefile) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (Files.size(savefile) < 1000) {
      assertTrue(System.nanoTime() < deadline, "no packet reaches the file");
      Thread.onSpinWait();
    }
  }

  @Test
  void aScriptsBackgroundCaptureHearsKillInt() throws Exception {
    String script = "\"$0\" capture -i \"$1\" -w \"$2\" & p=$!; read go; kill -INT $p; wait $p";
    ProcessBuilder builder =
        new ProcessBuilder(
            net.nearCommand(List.of("sh", "-c", script, Nmcap.LAUNCHER, port, file.toString())));
    Process shell = builder.redirectError(folder.resolve("err").toFile()).start();
    try {
      while (!Files.readString(folder.resolve("err")).contains(LISTENING)) {
        Thread.onSpinWait();
      }
      shell.getOutputStream().close();
      assertEquals(0, shell.waitFor());
    } finally {
      shell.descendants().forEach(ProcessHandle::destroyForcibly);
      shell.destroyForcibly();
    }
    assertEquals(List.of(), Savefiles.read(file));
  }

  @Test
  void printsLive() throws Exception {
    try (RunningTool capture = capture("-n", "-c", "3")) {
      net.send(List.of(Frames.udp(9999, 60, 0)));
      capture.awaitText("IP 10.0.0.1.4000 > 10.0.0.2.9999: UDP, length 18");
      net.send(List.of(Frames.udp(53, 600, 1), Frames.udp(53, 61, 2)));
      assertEquals(0, capture.exitCode(), capture::toString);
      assertEquals(
          List.of("9999: UDP, length 18", "53: UDP, length 558", "53: UDP, length 19"),
          capture.out().stream().map(line -> line.replaceAll(".*10.0.0.2.", "")).toList());
    }
  }

  @Test
  void aReplayIsTheSamePacketByPacket() throws Exception {
    List<byte[]> frames = Frames.mixed(500);
    Path sent = Savefiles.write(folder.resolve("sent.pcap"), frames);
    try (RunningTool capture = capture("-c", "1500", "-w", file.toString())) {
      RunningTool sender = send("-r", sent.toString(), "--loop", "3", "--rate", RATE);
      assertEquals(1500, Nmcap.number(sender, "packets"));
      assertEquals(0, capture.exitCode(), capture::toString);
    }
    List<Savefiles.Packet> once = Savefiles.read(sent);
    List<Savefiles.Packet> thrice =
        Stream.of(once, once, once).flatMap(List::stream).collect(Collectors.toList());
    assertEquals(thrice, Savefiles.read(file));
  }

  @Test
  void aReplayAtItsOwnPaceSendsEveryPacket() throws Exception {
    List<byte[]> frames = Frames.mixed(100);
    Path sent = Savefiles.write(folder.resolve("sent.pcap"), frames);
    Path pcapng = folder.resolve("captured.pcapng");
    try (RunningTool capture = capture("-c", "100", "-w", pcapng.toString())) {
      send("-r", sent.toString());
      assertEquals(0, capture.exitCode(), capture::toString);
    }
    assertEquals(Savefiles.read(sent), Savefiles.read(pcapng));
    Tools.assumeInstalled("tcpdump");
    assertEquals(Savefiles.asTcpdumpReads(sent), Savefiles.asTcpdumpReads(pcapng));
  }

  @Test
  void snapLengthFilterAndDirectionAreTheDevices() throws Exception {
    List<byte[]> frames = Frames.mixed(200);
    try (RunningTool capture =
        capture("-s", "80", "-Q", "in", "-c", "100", "-w", file.toString(), "udp", "port", "53")) {
      net.send(frames);
      assertEquals(0, capture.exitCode(), capture::toString);
    }
    List<byte[]> port53 = frames.stream().filter(frame -> frame[37] == 53).toList();
    assertEquals(Savefiles.expected(port53, 80), Savefiles.read(file));
  }

  @Test
  void standardOutputIsASavefileForStockTcpdump() throws Exception {
    Tools.assumeInstalled("tcpdump");
    String pipe = "\"$0\" capture -i \"$1\" -c 50 -w - | tcpdump -nn -t -r -";
    try (RunningTool shell = net.start("sh", "-c", pipe, Nmcap.LAUNCHER, port)) {
      shell.awaitText(LISTENING);
      net.send(Frames.mixed(50));
      assertEquals(0, shell.exitCode(), shell::toString);
      assertEquals(50, shell.out().size(), shell::toString);
    }
  }

  private static String mode() {
    if (Place.isAlone()) {
      return "\"mode\":\"raw\",\"path\":\"xdp driver copy\"";
    }
    return "\"mode\":\"capture\",\"path\":\"" + (Place.isShared() ? "shared" : "") + "\"";
  }

  @Test
  void listAndStatSeeACaptureFromOutside() throws Exception {
    String listed = port.replace("/x", "");
    try (RunningTool capture = capture("-w", "/dev/null", "arp")) {
      net.send(Frames.mixed(10));
      // In front of a shared interface the kernel filters, and does not count.
      int filtered = Place.isShared() ? 0 : 10;
      net.await("does not filter 10 frames", o -> o.statistics().filtered() == filtered);
      String list = String.join("\n", Nmcap.run("list", "--json").out());
      assertTrue(list.contains("\"port\":\"" + listed + "\"," + mode() + PROGRAM), list);
      assertTrue(list.contains("\"received\":0,\"dropped\":0,\"filtered\":" + filtered), list);
      assertTrue(list.matches(TOTALS), list);
      assertTrue(String.join("\n", Nmcap.run("list").out()).contains(listed));
      RunningTool stat = Nmcap.run("stat", "--interval", "0.05", "--count", "2", "--json");
      assertEquals(3, stat.out().size(), stat::toString);
      assertTrue(stat.out().get(0).contains("\"port\":\"" + listed + "\""), stat::toString);
      assertTrue(stat.out().get(0).contains(mode().replaceAll(".*,", "")), stat::toString);
      assertTrue(Nmcap.number(stat, "packets") >= 0);
      stop(capture);
    }
  }

  @Test
  void waitsForOthers() throws Exception {
    Place.assumeSwitch("there are no others on an interface");
    try (RunningTool sender = startSend("--count", "5", "--wait-for", "2")) {
      // The test's own opening is the first of the two others; the capture is the second.
      try (RunningTool capture = capture("-c", "5")) {
        assertEquals(0, capture.exitCode(), capture::toString);
      }
      assertEquals(0, sender.exitCode(), sender::toString);
      assertEquals(5, Nmcap.number(sender, "packets"));
    }
  }
}
