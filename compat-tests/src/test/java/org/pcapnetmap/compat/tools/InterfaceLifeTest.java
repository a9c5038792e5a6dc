package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcapnetmap.netmap.NetmapDevice;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.OpeningInfo;

/** Interfaces that disappear, that several programs share, and users without capabilities. */
@Timeout(180)
class InterfaceLifeTest {
  private static final String NIC = "netmap:" + HostPair.NEAR;
  private static final String LISTENING = "listening on";
  private static final String NOBODYS_RUNTIME = "/dev/shm/nobody" + ProcessHandle.current().pid();
  private static final int FLOWS = 40;
  private static final int FRAMES = 5 * FLOWS;
  private static final int PORT_AT = 36;
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final long LOOK_AGAIN_NANOS = 5_000_000;

  @TempDir private Path folder;

  private HostPair hosts;

  @BeforeEach
  void open() throws Exception {
    Tools.assumeInstalled("tcpdump");
    hosts = new HostPair();
  }

  @AfterEach
  void close() throws Exception {
    if (hosts != null) {
      hosts.close();
      Tools.output("rm", "-rf", NOBODYS_RUNTIME);
    }
  }

  private void removeInterface() throws Exception {
    try (RunningTool ip = hosts.near("ip", "link", "del", HostPair.NEAR)) {
      assertEquals(0, ip.exitCode(), ip::toString);
    }
  }

  private static String lastError(RunningTool tool) {
    return tool.err().stream().filter(line -> line.startsWith("tcpdump: ")).toList().toString();
  }

  @ParameterizedTest
  @ValueSource(strings = {NIC, NIC + "/x", NIC + "^"})
  void whoReadsAnInterfaceThatDisappearsIsToldWhatStockTells(String port) throws Exception {
    try (RunningTool stock = hosts.near("tcpdump", "-n", "-Z", "root", "-i", HostPair.NEAR);
        RunningTool tcpdump = hosts.near(Tools.NMRUN, "tcpdump", "-n", "-Z", "root", "-i", port)) {
      stock.awaitText(LISTENING);
      tcpdump.awaitText(LISTENING);
      removeInterface();
      assertEquals(stock.exitCode(), tcpdump.exitCode(), tcpdump::toString);
      assertTrue(lastError(stock).contains("disappeared"), stock::toString);
      assertEquals(lastError(stock), lastError(tcpdump));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {NIC, NIC + "/x"})
  void soIsNmcap(String port) throws Exception {
    try (RunningTool capture =
        hosts.near(Nmcap.LAUNCHER, "capture", "-i", port, "-w", "/dev/null")) {
      capture.awaitText(LISTENING);
      removeInterface();
      assertEquals(1, capture.exitCode(), capture::toString);
      assertTrue(capture.toString().contains("the interface disappeared"), capture::toString);
    }
  }

  /** Two unmodified programs have each flow of an interface, in one of them; or every other. */
  @ParameterizedTest
  @ValueSource(strings = {"@group:7", "@robin:7"})
  void unmodifiedProgramsShareTheFramesOfAnInterface(String group) throws Exception {
    Tools.assumeInstalled("tcpreplay");
    Tools.assumeInstalled("dumpcap");
    try (RunningTool a = tcpdump(group);
        RunningTool b = dumpcap(group)) {
      List<byte[]> frames =
          IntStream.range(0, FRAMES)
              .mapToObj(i -> Frames.udp(1000 + i % FLOWS, 60 + i, i))
              .toList();
      String file = Savefiles.write(folder.resolve("frames.pcap"), frames).toString();
      try (RunningTool tool = hosts.far("tcpreplay", "-q", "--pps", "4000", "-i", "eth2", file)) {
        assertEquals(0, tool.exitCode(), tool::toString);
      }
      awaitRead();
      for (RunningTool tool : List.of(a, b)) {
        tool.interrupt();
        assertEquals(0, tool.exitCode(), tool::toString);
      }
    }
    if (group.startsWith("@group")) {
      assertEachFlowHasOneOwner();
    } else {
      assertEachHasEveryOther();
    }
  }

  private Path file(int member) {
    return folder.resolve(member + ".pcap");
  }

  private RunningTool member(int number, String... command) throws Exception {
    List<String> all = new ArrayList<>(List.of(Tools.NMRUN));
    all.addAll(List.of(command));
    all.addAll(List.of("-w", file(number).toString()));
    RunningTool member = hosts.near(all.toArray(String[]::new));
    awaitMembers(number + 1);
    return member;
  }

  private RunningTool tcpdump(String group) throws Exception {
    return member(0, "tcpdump", "-n", "-Z", "root", "-i", NIC + group, "udp");
  }

  private RunningTool dumpcap(String group) throws Exception {
    return member(1, "dumpcap", "-q", "-P", "-i", NIC + group, "-f", "udp");
  }

  private List<OpeningInfo> members() throws NetmapException {
    return NetmapDevice.list().stream()
        .filter(o -> o.filterLength() > 0 && hosts.nearNetwork().has(o.pid()))
        .toList();
  }

  private void awaitMembers(int count) throws NetmapException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (members().size() < count && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
    assertEquals(count, members().size());
  }

  private long read() throws NetmapException {
    return members().stream().mapToLong(o -> o.statistics().consumed()).sum();
  }

  private void awaitRead() throws NetmapException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (read() < FRAMES && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
    assertEquals(FRAMES, read());
  }

  private void assertEachHasEveryOther() throws Exception {
    assertEquals(FRAMES / 2, Savefiles.read(file(0)).size());
    assertEquals(FRAMES / 2, Savefiles.read(file(1)).size());
  }

  private void assertEachFlowHasOneOwner() throws Exception {
    Map<Short, Integer> owners = new HashMap<>();
    int total = 0;
    for (int member = 0; member < 2; member++) {
      for (Savefiles.Packet packet : Savefiles.read(file(member))) {
        Integer before = owners.put(packet.bytes().getShort(PORT_AT), member);
        assertTrue(before == null || before == member, "a flow has one owner");
        total++;
      }
    }
    assertEquals(FRAMES, total);
    assertEquals(FLOWS, owners.size());
    assertEquals(2, owners.values().stream().distinct().count(), "both have a part");
  }

  /** Says which capabilities are needed; and switches need none. */
  @ParameterizedTest
  @CsvSource({
    NIC + ",CAP_NET_RAW",
    NIC + "/x,CAP_NET_RAW CAP_NET_ADMIN CAP_BPF CAP_IPC_LOCK",
    NIC + "^,CAP_NET_RAW CAP_NET_ADMIN CAP_BPF"
  })
  void aUserWithoutCapabilitiesIsToldThem(String port, String capabilities) throws Exception {
    try (RunningTool tcpdump = asNobody(port)) {
      assertEquals(1, tcpdump.exitCode(), tcpdump::toString);
      for (String capability : capabilities.split(" ")) {
        assertTrue(tcpdump.toString().contains(capability), tcpdump::toString);
      }
    }
    try (RunningTool tcpdump = asNobody("vale0:1")) {
      tcpdump.awaitText(LISTENING);
      tcpdump.interrupt();
      assertEquals(0, tcpdump.exitCode(), tcpdump::toString);
    }
  }

  /** The build's folder may be closed to others. */
  private RunningTool asNobody(String port) throws Exception {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    for (String name : List.of("nmrun", "libpcap-netmap.so")) {
      Path copy = folder.resolve(name);
      if (!Files.exists(copy)) {
        Files.copy(Tools.TOP.resolve("native-preload/target/native/" + name), copy);
      }
    }
    String script =
        "install -d -m 700 -o 65534 -g 65534 $0 && export NETMAP_RUNTIME_DIR=$0 &&"
            + " exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"";
    List<String> command = new ArrayList<>(List.of("sh", "-c", script, NOBODYS_RUNTIME));
    command.addAll(List.of(folder.resolve("nmrun").toString(), "tcpdump", "-i", port));
    return hosts.near(command.toArray(String[]::new));
  }
}
