package org.pcapnetmap.compat.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real programs on an interface, one end of a veth pair: shared with the host, and alone. */
@Timeout(180)
class InterfaceTest {
  private static final String LISTENING = "listening on";
  private static final int WHOLE = 65_535;

  // Without IPv6 addresses the kernel sends nothing of its own; it may have no IPv6 at all.
  private static final String SET_UP =
      "ip link add tool0 type veth peer name tool1"
          + " && { ip link set tool0 addrgenmode none; ip link set tool1 addrgenmode none; }"
          + " 2>/dev/null; ip link set tool0 up && ip link set tool1 up"
          + " && echo ready && exec cat";

  private static Process namespace;

  @TempDir private Path folder;

  private String frames;

  @BeforeAll
  static void makeNamespace() throws IOException {
    Tools.assumeRoot();
    Tools.assumeInstalled("tcpdump");
    Tools.assumeInstalled("tcpreplay");
    namespace =
        new ProcessBuilder("unshare", "-n", "sh", "-c", SET_UP)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader out =
        new BufferedReader(new InputStreamReader(namespace.getInputStream(), UTF_8));
    assumeTrue("ready".equals(out.readLine()), "no network namespace with a veth pair here");
  }

  @AfterAll
  static void endNamespace() {
    if (namespace != null) {
      namespace.destroyForcibly();
    }
  }

  @BeforeEach
  void writeFrames() throws Exception {
    frames = folder.resolve("frames.pcap").toString();
    Savefiles.write(Path.of(frames), Frames.mixed(100));
  }

  @AfterEach
  void nobodyIsLeft() throws Exception {
    List<String> list = Nmcap.run("list").out();
    assertTrue(list.stream().noneMatch(line -> line.contains("netmap:tool")), list::toString);
  }

  private static RunningTool inside(String... command) throws IOException {
    List<String> all =
        new ArrayList<>(List.of("nsenter", "-n", "-t", Long.toString(namespace.pid())));
    all.addAll(List.of(command));
    return RunningTool.start(Map.of(), all);
  }

  private static RunningTool run(String... command) throws Exception {
    try (RunningTool tool = inside(command)) {
      assertEquals(0, tool.exitCode(), tool::toString);
      return tool;
    }
  }

  /** Lets the frames of the savefile arrive. */
  private void replayFromFar() throws Exception {
    run("tcpreplay", "-q", "--pps", "5000", "-i", "tool1", frames);
  }

  private static void assertCaptured(RunningTool tcpdump, int count) throws Exception {
    assertEquals(0, tcpdump.exitCode(), tcpdump::toString);
    assertTrue(tcpdump.err().contains(count + " packets captured"), tcpdump::toString);
    assertTrue(tcpdump.err().contains("0 packets dropped by kernel"), tcpdump::toString);
  }

  private RunningTool tcpdump(String... options) throws Exception {
    String[] command =
        Stream.concat(Stream.of(Tools.NMRUN, "tcpdump", "-n", "-Z", "root"), Stream.of(options))
            .toArray(String[]::new);
    RunningTool tcpdump = inside(command);
    tcpdump.awaitText(LISTENING);
    return tcpdump;
  }

  @ParameterizedTest
  @ValueSource(strings = {"netmap:tool0", "netmap:tool0/x"})
  void tcpdumpWritesWhatArrives(String port) throws Exception {
    Path file = folder.resolve("captured.pcap");
    try (RunningTool tcpdump = tcpdump("-i", port, "-c", "50", "-w", file.toString(), "port 53")) {
      replayFromFar();
      assertCaptured(tcpdump, 50);
    }
    List<byte[]> wanted =
        Frames.mixed(100).stream().filter(f -> f[36] == 0 && f[37] == 53).toList();
    assertEquals(Savefiles.expected(wanted, WHOLE), Savefiles.read(file));
  }

  @Test
  void aMappedInterfaceKeepsItsName() throws Exception {
    List<String> command =
        List.of(
            Tools.NMRUN,
            "--map",
            "tool0=netmap:tool0",
            "--stats",
            "tcpdump",
            "-n",
            "-Z",
            "root",
            "-i",
            "tool0",
            "-c",
            "100");
    try (RunningTool tcpdump = inside(command.toArray(String[]::new))) {
      tcpdump.awaitText(LISTENING + " tool0");
      replayFromFar();
      assertCaptured(tcpdump, 100);
      assertTrue(
          tcpdump.err().stream().anyMatch(line -> line.contains("100 received, 100 read")),
          tcpdump::toString);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"netmap:tool0", "netmap:tool0/x"})
  void nmcapCapturesAndSends(String port) throws Exception {
    Path file = folder.resolve("captured.pcap");
    try (RunningTool capture =
        inside(Nmcap.LAUNCHER, "capture", "-i", port, "-c", "100", "-w", file.toString())) {
      capture.awaitText(LISTENING);
      replayFromFar();
      assertEquals(0, capture.exitCode(), capture::toString);
    }
    assertEquals(Savefiles.expected(Frames.mixed(100), WHOLE), Savefiles.read(file));
  }

  @ParameterizedTest
  @ValueSource(strings = {"netmap:tool0", "netmap:tool0/x"})
  void whatNmcapSendsGoesOut(String port) throws Exception {
    Path file = folder.resolve("sent.pcap");
    try (RunningTool stock =
        inside("tcpdump", "-n", "-Z", "root", "-i", "tool1", "-c", "100", "-w", file.toString())) {
      stock.awaitText(LISTENING);
      run(Nmcap.LAUNCHER, "send", "-i", port, "-r", frames, "--rate", "5000");
      assertCaptured(stock, 100);
    }
    assertEquals(Savefiles.expected(Frames.mixed(100), WHOLE), Savefiles.read(file));
  }

  @Test
  void whoGaveItsCapabilitiesUpIsToldOfABridge() throws Exception {
    Tools.assumeInstalled("dumpcap");
    try (RunningTool dumpcap = inside(Tools.NMRUN, "dumpcap", "-i", "netmap:tool0/x")) {
      assertNotEquals(0, dumpcap.exitCode(), dumpcap::toString);
      String text = dumpcap.toString();
      assertTrue(text.contains("CAP_NET_ADMIN and CAP_BPF, which this program has given up"), text);
      assertTrue(text.contains("nmcap bridge netmap:tool0/x vale9:nic"), text);
    }
  }

  /** A switch has the interface for a port. */
  @Test
  void anInterfaceIsBridgedToASwitch() throws Exception {
    try (TestSwitch net = new TestSwitch();
        RunningTool bridge = inside(Nmcap.LAUNCHER, "bridge", "netmap:tool0", net.port("nic"))) {
      bridge.awaitText("joining");
      try (RunningTool tcpdump =
          Tools.nmrun("tcpdump", "-n", "-Z", "root", "-i", net.port("1"), "-c", "100")) {
        tcpdump.awaitText(LISTENING);
        replayFromFar();
        assertCaptured(tcpdump, 100);
      }
      bridge.interrupt();
      assertEquals(0, bridge.exitCode(), bridge::toString);
    }
  }
}
