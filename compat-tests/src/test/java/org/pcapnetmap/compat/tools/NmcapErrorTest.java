package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.PortOptions;

/** What nmcap says and how it ends when it cannot do what it is asked: one line, 1 or 2. */
@Timeout(120)
class NmcapErrorTest {
  @TempDir private Path folder;

  private static String onlyLine(int code, RunningTool nmcap) throws Exception {
    assertEquals(code, nmcap.exitCode(), nmcap::toString);
    assertEquals(List.of(), nmcap.out());
    assertEquals(1, nmcap.err().size(), nmcap::toString);
    assertTrue(nmcap.err().get(0).startsWith("nmcap: "), nmcap::toString);
    return nmcap.err().get(0);
  }

  @ParameterizedTest
  @CsvSource({
    "1, capture -i eth0, eth0: ",
    "1, capture -i vale0:, vale0:: ",
    "1, capture -r no/such/file, no/such/file: there is no such file",
    "1, send -i vale0:1 -r no/such/file, no/such/file: there is no such file",
    "2, capture, capture: say where to capture",
    "2, capture --frobnicate, --frobnicate",
    "2, frobnicate, frobnicate: there is no such command",
    "2, capture -i vale0:1 udp prot, filter 'udp prot'",
  })
  void namesThingReasonAndRemedy(int code, String line, String expected) throws Exception {
    try (RunningTool nmcap = Nmcap.start(line.split(" "))) {
      String said = onlyLine(code, nmcap);
      assertTrue(said.contains(expected), said);
    }
  }

  @Test
  void aRuntimeDirectoryThatIsNotInMemoryIsRefused() throws Exception {
    Path disk = Tools.TOP.resolve("compat-tests/target");
    try (RunningTool nmcap =
        RunningTool.start(
            Map.of("NETMAP_RUNTIME_DIR", disk.toString()),
            List.of(Nmcap.LAUNCHER, "capture", "-i", "vale0:1"))) {
      String said = onlyLine(1, nmcap);
      assertTrue(said.contains(disk.toString()) && said.contains("tmpfs"), said);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "list, no/such, there is no such directory",
    "stat --count 1, no/such, there is no such directory",
    "list, file, not a plain directory",
    "stat --count 1, file, not a plain directory",
  })
  void aRuntimeDirectoryThatIsNoneIsNoQuietMachine(String line, String path, String reason)
      throws Exception {
    Files.createFile(folder.resolve("file"));
    String directory = folder.resolve(path).toString();
    try (RunningTool nmcap =
        RunningTool.start(Map.of("NETMAP_RUNTIME_DIR", directory), command(line))) {
      String said = onlyLine(1, nmcap);
      assertTrue(said.contains(directory) && said.contains(reason), said);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "list",
        "stat --count 1",
        "send -i vale0:1 --count 1",
        "capture -i vale0:1 -w /dev/null",
        "capture -r FILE udp",
      })
  void withoutJnasNativePartEveryCommandSaysSo(String line) throws Exception {
    Path file = Files.write(folder.resolve("cut.pcap"), cutSavefile());
    try (RunningTool nmcap =
        RunningTool.start(
            Map.of("NMCAP_JAVA_OPTS", "-Djna.nosys=true -Djna.noclasspath=true"),
            command(line.replace("FILE", file.toString())))) {
      String said = onlyLine(1, nmcap);
      assertTrue(said.contains("-Djna.tmpdir="), said);
    }
  }

  private static List<String> command(String line) {
    return Stream.concat(Stream.of(Nmcap.LAUNCHER), Stream.of(line.split(" "))).toList();
  }

  @Test
  void aPortInExclusiveUseIsNamed() throws Exception {
    try (TestSwitch net = new TestSwitch();
        NetmapPort owner = NetmapPort.open(net.port("1"), PortOptions.raw().withExclusive(true));
        RunningTool nmcap = Nmcap.start("send", "-i", net.port("1") + "/x", "--count", "1")) {
      String said = onlyLine(1, nmcap);
      assertTrue(said.contains(owner.name().replace("/x", "")), said);
    }
  }

  @Test
  void aFullDeviceEndsACaptureWithItsName() throws Exception {
    try (TestSwitch net = new TestSwitch();
        RunningTool nmcap = Nmcap.start("capture", "-i", net.port("1"), "-w", "/dev/full")) {
      String said = onlyLine(1, nmcap);
      assertTrue(said.contains("/dev/full: cannot be written: No space left on device"), said);
    }
  }

  @Test
  void aMissingDirectoryLeavesThePortAlone() throws Exception {
    Path file = folder.resolve("no/such/directory");
    try (TestSwitch net = new TestSwitch();
        RunningTool nmcap = Nmcap.start("capture", "-i", net.port("1"), "-w", file.toString())) {
      String said = onlyLine(1, nmcap);
      assertTrue(said.contains(file + ": there is no such directory"), said);
      net.assertNobodyLeft();
    }
  }

  /** One whole packet of 60 bytes, and the beginning of another. */
  private static byte[] cutSavefile() {
    ByteBuffer file = ByteBuffer.allocate(24 + 16 + 60 + 10).order(ByteOrder.LITTLE_ENDIAN);
    file.putInt(0xa1b2c3d4).putShort((short) 2).putShort((short) 4).putLong(0);
    file.putInt(65535).putInt(1);
    file.putInt(1).putInt(0).putInt(60).putInt(60);
    return file.array();
  }

  @Test
  void aReplayThatBreaksOffStillEndsWithItsJson() throws Exception {
    Path cut = Files.write(folder.resolve("cut.pcap"), cutSavefile());
    try (RunningTool nmcap =
        Nmcap.start("send", "-i", "vale0:1", "-r", cut.toString(), "--rate", "max", "--json")) {
      assertEquals(1, nmcap.exitCode(), nmcap::toString);
      String json = nmcap.out().get(nmcap.out().size() - 1);
      assertTrue(json.contains("\"error\":\"" + cut), json);
      assertFalse(json.contains("\"seconds\":-"), json);
    }
  }

  @Test
  void aSenderThatWaitsInVainSaysSo() throws Exception {
    try (TestSwitch net = new TestSwitch();
        RunningTool nmcap =
            Nmcap.start(
                "send",
                "-i",
                net.port("1"),
                "--wait-for",
                "5",
                "--duration",
                "0.2",
                "--count",
                "1")) {
      assertEquals(1, nmcap.exitCode(), nmcap::toString);
      String said = String.join("\n", nmcap.err());
      assertTrue(said.contains(": waits for 4 more openings on the switch"), said);
      assertTrue(said.contains(": 1 other opening on the switch in the time of --duration"), said);
      assertTrue(said.contains("0 packets sent"), said);
    }
  }

  @Test
  void aMonitorThatSendsNamesTheRemedy() throws Exception {
    try (TestSwitch net = new TestSwitch();
        RunningTool nmcap = Nmcap.start("send", "-i", net.port("sender") + "/r", "--count", "1")) {
      assertEquals(1, nmcap.exitCode(), nmcap::toString);
      String said = String.join("\n", nmcap.err());
      assertTrue(said.contains("a monitor only reads; open the port without /r, /t and /z"), said);
    }
  }

  /** What it says to nobody it does not complain of. */
  @Test
  void endsQuietlyWhenNobodyReads() throws Exception {
    String line = "{ \"$0\" stat --interval 0.01 --count 1000000; echo $? >&2; } | head -n 1";
    try (TestSwitch net = new TestSwitch();
        RunningTool shell = RunningTool.start("sh", "-c", line, Nmcap.LAUNCHER)) {
      net.send(Frames.mixed(1));
      assertEquals(0, shell.exitCode(), shell::toString);
      assertEquals(List.of("141"), shell.err());
    }
  }
}
