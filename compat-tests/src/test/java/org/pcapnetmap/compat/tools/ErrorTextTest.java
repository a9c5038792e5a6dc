package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.PortOptions;

/** What a program prints when a port cannot be opened: one line with name, reason and remedy. */
@Timeout(180)
class ErrorTextTest {
  private static final int OPENINGS = 254;

  /** tcpdump's only line about it, without its own name. */
  private static String tcpdumpSays(Map<String, String> environment, String port) throws Exception {
    Tools.assumeInstalled("tcpdump");
    try (RunningTool tcpdump = Tools.nmrun(environment, "tcpdump", "-i", port)) {
      assertEquals(1, tcpdump.exitCode(), tcpdump::toString);
      assertEquals(1, tcpdump.err().size(), tcpdump::toString);
      String line = tcpdump.err().get(0);
      assertTrue(line.startsWith("tcpdump: " + port), line);
      return line.substring("tcpdump: ".length());
    }
  }

  private static void assertReasonAndRemedy(String line, String reason, String remedy) {
    assertTrue(line.contains(reason), line);
    assertTrue(line.substring(line.indexOf(reason)).contains(remedy), line);
  }

  @Test
  void nameNotUnderstood(@TempDir Path folder) throws Exception {
    String port = "vale0:1/nonsense";
    String line = tcpdumpSays(Map.of(), port);
    assertReasonAndRemedy(line, "\"/nonsense\" not understood", "/x (exclusive)");
    try (RunningTool ngrep = Tools.nmrun("ngrep", "-d", port, "x")) {
      ngrep.exitCode();
      assertTrue(ngrep.err().stream().anyMatch(text -> text.startsWith(line)), ngrep::toString);
    }
    // A file of the test's own: dumpcap removes it when it cannot capture.
    String file = folder.resolve("captured").toString();
    try (RunningTool dumpcap = Tools.nmrun("dumpcap", "-w", file, "-i", port)) {
      dumpcap.exitCode();
      assertTrue(dumpcap.err().contains("(" + line + ")"), dumpcap::toString);
    }
  }

  /** tcpdump has a line of its own for an interface that is missing, and puts ours below. */
  @Test
  void interfaceIsMissing() throws Exception {
    Tools.assumeInstalled("tcpdump");
    try (RunningTool stock = RunningTool.start("tcpdump", "-i", "missing0");
        RunningTool tcpdump = Tools.nmrun("tcpdump", "-i", "netmap:missing0")) {
      assertEquals(1, stock.exitCode());
      assertEquals(
          List.of("tcpdump: missing0: No such device exists", "(No such device exists)"),
          stock.err());
      assertEquals(1, tcpdump.exitCode());
      assertEquals(2, tcpdump.err().size(), tcpdump::toString);
      assertEquals("tcpdump: netmap:missing0: No such device exists", tcpdump.err().get(0));
      assertReasonAndRemedy(tcpdump.err().get(1), "there is no interface missing0", "ip link");
    }
  }

  @Test
  void switchIsFull() throws Exception {
    List<NetmapPort> openings = new ArrayList<>();
    PortOptions small = PortOptions.raw().withRxSlots(16).withTxSlots(16);
    try (TestSwitch net = new TestSwitch()) {
      try {
        while (openings.size() < OPENINGS - 1) {
          openings.add(NetmapPort.open(net.port("same"), small));
        }
        String line = tcpdumpSays(Map.of(), net.port("1"));
        assertReasonAndRemedy(line, "254", "close");
      } finally {
        openings.forEach(NetmapPort::close);
      }
    }
  }

  @Test
  void runtimeDirectoryIsNotTmpfs(@TempDir Path folder) throws Exception {
    Path elsewhere = folder;
    if (Files.getFileStore(folder).type().equals("tmpfs")) {
      elsewhere = Files.createTempDirectory(Tools.TOP.resolve("compat-tests/target"), "dir");
    }
    Files.setPosixFilePermissions(elsewhere, PosixFilePermissions.fromString("rwx------"));
    String line = tcpdumpSays(runtimeDirectory(elsewhere), "vale0:1");
    assertReasonAndRemedy(line, "tmpfs", "NETMAP_RUNTIME_DIR");
  }

  @Test
  void runtimeDirectoryIsMissing() throws Exception {
    Path missing = shm("missing");
    String line = tcpdumpSays(runtimeDirectory(missing), "vale0:1");
    assertReasonAndRemedy(line, missing + ": there is no such", "unset NETMAP_RUNTIME_DIR");
  }

  @Test
  void runtimeDirectoryIsOpenToAll() throws Exception {
    Path open = Files.createDirectory(shm("open"));
    try {
      Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rwxrwxrwx"));
      String line = tcpdumpSays(runtimeDirectory(open), "vale0:1");
      assertReasonAndRemedy(line, "everyone may write", "set NETMAP_RUNTIME_DIR");
    } finally {
      Files.delete(open);
    }
  }

  @Test
  void runtimeDirectoryIsAnotherUsers(@TempDir Path copies) throws Exception {
    Tools.assumeInstalled("tcpdump");
    Tools.assumeRoot();
    Files.setPosixFilePermissions(copies, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String name : List.of("nmrun", "libpcap-netmap.so")) {
      Files.copy(Tools.TOP.resolve("native-preload/target/native/" + name), copies.resolve(name));
    }
    Path roots = Files.createDirectory(shm("roots"));
    try (RunningTool tcpdump =
        RunningTool.start(
            runtimeDirectory(roots),
            List.of(
                "setpriv",
                "--reuid=65534",
                "--regid=65534",
                "--clear-groups",
                copies.resolve("nmrun").toString(),
                "tcpdump",
                "-i",
                "vale0:1"))) {
      assertEquals(1, tcpdump.exitCode(), tcpdump::toString);
      assertEquals(1, tcpdump.err().size(), tcpdump::toString);
      assertReasonAndRemedy(
          tcpdump.err().get(0), "vale0:1: " + roots + ": runtime directory", "of your own");
    } finally {
      Files.delete(roots);
    }
  }

  private static Path shm(String name) {
    return Path.of("/dev/shm", name + ProcessHandle.current().pid());
  }

  private static Map<String, String> runtimeDirectory(Path folder) {
    return Map.of("NETMAP_RUNTIME_DIR", folder.toString());
  }

  @Test
  void noRoomForTheRings() throws Exception {
    Tools.assumeInstalled("tcpdump");
    Tools.assumeRoot();
    String script =
        "mount -t tmpfs -o size=1m,mode=700 none /mnt && "
            + "NETMAP_RUNTIME_DIR=/mnt exec "
            + Tools.NMRUN
            + " tcpdump -i vale0:1";
    try (RunningTool tcpdump = RunningTool.start("unshare", "-m", "sh", "-c", script)) {
      assertEquals(1, tcpdump.exitCode(), tcpdump::toString);
      assertEquals(1, tcpdump.err().size(), tcpdump::toString);
      assertReasonAndRemedy(tcpdump.err().get(0), "MiB left", "fewer slots");
    }
  }

  @Test
  void whatNmrunCannotStart() throws Exception {
    try (RunningTool missing = Tools.nmrun("no-such-program")) {
      assertEquals(127, missing.exitCode());
      assertEquals(List.of("nmrun: no-such-program: No such file or directory"), missing.err());
    }
    String separator = FileSystems.getDefault().getSeparator();
    try (RunningTool folder = Tools.nmrun(separator)) {
      assertEquals(126, folder.exitCode());
      assertEquals(List.of("nmrun: " + separator + ": Permission denied"), folder.err());
    }
  }
}
