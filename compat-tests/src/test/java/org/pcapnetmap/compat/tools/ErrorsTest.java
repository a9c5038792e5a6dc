package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.PortOptions;

/**
 * One error, three faces: a port that cannot be opened is explained with the same line, which has
 * the thing, the reason and the remedy, by a typed exception in Java, by nmcap, and by tcpdump from
 * its pcap error buffer.
 */
@Timeout(180)
final class ErrorsTest {
  private static final int OPENINGS = 254;

  private Path directory;

  /** What is expected of all three. */
  private record Expected(String type, String reason, String remedy) {}

  @BeforeEach
  void makeDirectory() throws IOException {
    Tools.assumeInstalled("tcpdump");
    directory = Files.createTempDirectory(Path.of("/dev/shm"), "netmap-errors-");
  }

  @AfterEach
  void removeDirectory() throws IOException {
    try (Stream<Path> paths = Files.walk(directory)) {
      for (Path path : paths.sorted((a, b) -> b.compareTo(a)).toList()) {
        Files.delete(path);
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "vale0:1/nonsense, '\"/nonsense\" not understood', /x (exclusive)",
    "vale0:1{2/nonsense, '\"/nonsense\" not understood', /x (exclusive)",
    "vale0:, no port name, vale<switch>:<port>",
    "vale0, not a netmap port name, vale<switch>:<port>",
    "vale0123456789ab:1, name too long, shorten it",
  })
  void aNameThatIsNotUnderstood(String port, String reason, String remedy) throws Exception {
    assertAllSay(port, Map.of(), List.of(), new Expected("BadPortNameException", reason, remedy));
  }

  @Test
  void aFullSwitch() throws Exception {
    PortOptions small = PortOptions.raw().withRxSlots(16).withTxSlots(16);
    List<NetmapPort> openings = new ArrayList<>();
    try (TestSwitch net = new TestSwitch()) {
      while (openings.size() < OPENINGS - 1) {
        openings.add(NetmapPort.open(net.port("same"), small));
      }
      Expected expected = new Expected("SwitchFullException", "full (254", "close one");
      assertAllSay(net.port("1"), Map.of(), List.of(), expected);
    } finally {
      openings.forEach(NetmapPort::close);
    }
  }

  @Test
  void noRoom() throws Exception {
    Tools.assumeRoot();
    String mounted = "mount -t tmpfs -o size=2m,mode=700 none \"$0\" && exec \"$@\"";
    List<String> wrapper = List.of("unshare", "-m", "sh", "-c", mounted, directory.toString());
    Expected expected = new Expected("NoRoomException", "MiB left", "fewer slots");
    assertAllSay("vale0:1", inDirectory(), wrapper, expected);
  }

  @Test
  void aDirectoryThatEveryoneMayWrite() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxrwxrwx"));
    Expected expected =
        new Expected("PermissionException", "everyone may write", "set NETMAP_RUNTIME_DIR");
    assertAllSay("vale0:1", inDirectory(), List.of(), expected);
  }

  @Test
  void aDirectoryThatIsNotInMemory() throws Exception {
    Map<String, String> environment = Map.of("NETMAP_RUNTIME_DIR", "/proc");
    Expected expected = new Expected("NotTmpfsException", "not on tmpfs", "/dev/shm");
    assertAllSay("vale0:1", environment, List.of(), expected);
  }

  @Test
  void aDirectoryThatIsALink() throws Exception {
    Path link = Files.createSymbolicLink(directory.resolve("link"), directory);
    Map<String, String> environment = Map.of("NETMAP_RUNTIME_DIR", link.toString());
    Expected expected = new Expected("PermissionException", "not a plain directory", "remove it");
    assertAllSay("vale0:1", environment, List.of(), expected);
  }

  @ParameterizedTest
  @CsvSource({
    "8, 99, layout version 99, another switch name",
    "12, 32, word size, another switch name",
    "15, 0, byte order, another switch name",
    "16, 1, damaged, remove it",
  })
  void aSwitchOfAnotherKind(int offset, int value, String reason, String remedy) throws Exception {
    try (RunningTool holder = Tools.nmrun(inDirectory(), "tcpdump", "-i", "vale0:holder")) {
      holder.awaitText("listening on vale0:holder");
      Path shared = directory.resolve("vale0").resolve("shm");
      try (RandomAccessFile file = new RandomAccessFile(shared.toFile(), "rw")) {
        int before = replace(file, offset, value);
        Expected expected = new Expected("IncompatibleSwitchException", reason, remedy);
        assertAllSay("vale0:1", inDirectory(), List.of(), expected);
        replace(file, offset, before);
      }
      holder.interrupt();
      assertEquals(0, holder.exitCode());
    }
  }

  private static int replace(RandomAccessFile file, int offset, int value) throws IOException {
    file.seek(offset);
    int before = file.read();
    file.seek(offset);
    file.write(value);
    return before;
  }

  @Test
  void aSwitchThatSomebodyHoldsLocked() throws Exception {
    Path lock = Files.createDirectory(directory.resolve("vale0")).resolve("lock");
    try (FileChannel file =
        FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
      file.lock();
      Expected expected =
          new Expected("SwitchLockedException", "holds the switch's lock", "end it");
      assertAllSay("vale0:1", inDirectory(), List.of(), expected);
    }
  }

  /** Java and nmcap only: a capture looks at a port without using it. */
  @Test
  void aPortInExclusiveUse() throws Exception {
    try (TestSwitch net = new TestSwitch();
        NetmapPort owner = NetmapPort.open(net.port("1") + "/x")) {
      String port = owner.name();
      try (RunningTool java = start(Map.of(), List.of(), javaCommand(port, "raw"));
          RunningTool nmcap = Nmcap.start("send", "-i", port, "--count", "1")) {
        String said =
            javaSays(java, new Expected("PortBusyException", "open exclusively", "another port"));
        assertOneLine(nmcap, "nmcap: " + said);
      }
    }
  }

  private Map<String, String> inDirectory() {
    return Map.of("NETMAP_RUNTIME_DIR", directory.toString());
  }

  private static void assertAllSay(
      String port, Map<String, String> environment, List<String> wrapper, Expected expected)
      throws Exception {
    List<String> capture = List.of(Nmcap.LAUNCHER, "capture", "-i", port);
    List<String> tcpdump = List.of(Tools.NMRUN, "tcpdump", "-i", port);
    try (RunningTool first = start(environment, wrapper, javaCommand(port, "capture"));
        RunningTool second = start(environment, wrapper, capture);
        RunningTool third = start(environment, wrapper, tcpdump)) {
      String said = javaSays(first, expected);
      assertOneLine(second, "nmcap: " + said);
      // libpcap's users see the device's name in front of what is wrong with it.
      assertOneLine(third, "tcpdump: " + (said.startsWith(port) ? "" : port + ": ") + said);
    }
  }

  private static List<String> javaCommand(String port, String mode) {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-cp",
        System.getProperty("java.class.path"),
        OpenPort.class.getName(),
        port,
        mode);
  }

  private static RunningTool start(
      Map<String, String> environment, List<String> wrapper, List<String> command)
      throws IOException {
    return RunningTool.start(
        environment, Stream.concat(wrapper.stream(), command.stream()).toList());
  }

  /** Returns the exception's message. */
  private static String javaSays(RunningTool java, Expected expected) throws Exception {
    assertEquals(0, java.exitCode(), java::toString);
    assertEquals(1, java.out().size(), java::toString);
    String line = java.out().get(0);
    assertTrue(line.startsWith(expected.type() + ": "), line);
    int reason = line.indexOf(expected.reason());
    assertTrue(reason > 0 && line.indexOf(expected.remedy()) > reason, line);
    return line.substring(expected.type().length() + 2);
  }

  private static void assertOneLine(RunningTool tool, String line) throws Exception {
    assertEquals(1, tool.exitCode(), tool::toString);
    assertEquals(List.of(), tool.out());
    assertEquals(1, tool.err().size(), tool::toString);
    assertEquals(withoutSizes(line), withoutSizes(tool.err().get(0)));
  }

  /** Programs ask for rings of different sizes. */
  private static String withoutSizes(String line) {
    return line.replaceAll("\\d+\\.\\d MiB", "some MiB");
  }
}
