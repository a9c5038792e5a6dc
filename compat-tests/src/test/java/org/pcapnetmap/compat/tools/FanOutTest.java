package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pcapnetmap.netmap.NetmapException;

/** Programs that share the frames of an interface that one of them has alone, over a switch. */
@Timeout(180)
class FanOutTest {
  private static final int FLOWS = 40;
  private static final int FRAMES = 10 * FLOWS;
  private static final int PORT_AT = 36;
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final long LOOK_AGAIN_NANOS = 5_000_000;
  private static final long SENDERS_NOTICE_NANOS = 500_000_000;

  @TempDir private Path folder;

  private static List<byte[]> frames() {
    return IntStream.range(0, FRAMES)
        .mapToObj(i -> Frames.udp(1000 + i % FLOWS, 60 + i, i))
        .toList();
  }

  private static RunningTool owner(HostPair hosts, TestSwitch net) throws Exception {
    RunningTool owner =
        hosts.near(Nmcap.LAUNCHER, "bridge", "netmap:" + HostPair.NEAR + "/x", net.port("nic"));
    owner.awaitText("joining");
    return owner;
  }

  private Path file(int member) {
    return folder.resolve(member + ".pcap");
  }

  private RunningTool member(TestSwitch net, int number) throws Exception {
    RunningTool member =
        Nmcap.start("capture", "-i", net.port("*@group:1"), "-w", file(number).toString(), "udp");
    member.awaitText("listening on");
    return member;
  }

  private void replay(HostPair hosts) throws Exception {
    Path file = Savefiles.write(folder.resolve("frames.pcap"), frames());
    try (RunningTool tool =
        hosts.far("tcpreplay", "-q", "--pps", "4000", "-i", HostPair.FAR, file.toString())) {
      assertEquals(0, tool.exitCode(), tool::toString);
    }
  }

  private static long received(TestSwitch net) throws NetmapException {
    return net.others().stream()
        .filter(o -> o.portName().equals("*@group:1"))
        .mapToLong(o -> o.statistics().published())
        .sum();
  }

  /** The members that live have received so much since they were opened. */
  private static void awaitReceived(TestSwitch net, long count) throws NetmapException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (received(net) < count && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
    assertEquals(count, received(net));
  }

  private static void end(RunningTool tool) throws Exception {
    tool.interrupt();
    assertEquals(0, tool.exitCode(), tool::toString);
  }

  private static void kill(RunningTool tool) throws Exception {
    tool.signal("KILL");
    tool.exitCode();
  }

  @Test
  void eachFrameGoesToOneMemberAndEachFlowToTheSame() throws Exception {
    Tools.assumeInstalled("tcpreplay");
    try (HostPair hosts = new HostPair();
        TestSwitch net = new TestSwitch();
        RunningTool owner = owner(hosts, net);
        RunningTool a = member(net, 0);
        RunningTool b = member(net, 1);
        RunningTool c = member(net, 2)) {
      replay(hosts);
      awaitReceived(net, FRAMES);
      for (RunningTool tool : List.of(a, b, c, owner)) {
        end(tool);
      }
    }
    assertEquals(counted(Savefiles.expected(frames(), 65_535)), counted(captured()));
    assertEquals(FLOWS, ownersByFlow().size());
  }

  /** Members go on beside a killed one, and with another owner after the first was killed. */
  @Test
  void theLivingGoOn() throws Exception {
    Tools.assumeInstalled("tcpreplay");
    try (HostPair hosts = new HostPair();
        TestSwitch net = new TestSwitch();
        RunningTool owner = owner(hosts, net);
        RunningTool killed = member(net, 0);
        RunningTool living = member(net, 1);
        RunningTool other = member(net, 2)) {
      kill(killed);
      LockSupport.parkNanos(SENDERS_NOTICE_NANOS);
      replay(hosts);
      awaitReceived(net, FRAMES);
      kill(owner);
      assertTrue(hosts.isConnected(), "the host has its interface again");
      try (RunningTool next = owner(hosts, net)) {
        replay(hosts);
        awaitReceived(net, 2 * FRAMES);
        end(next);
      }
      end(living);
      end(other);
    }
  }

  private List<Savefiles.Packet> captured() throws Exception {
    List<Savefiles.Packet> all = new ArrayList<>();
    for (int member = 0; member < 3; member++) {
      all.addAll(Savefiles.read(file(member)));
    }
    return all;
  }

  private static Map<Savefiles.Packet, Long> counted(List<Savefiles.Packet> packets) {
    return packets.stream()
        .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
  }

  private Map<Short, Integer> ownersByFlow() throws Exception {
    Map<Short, Integer> owners = new HashMap<>();
    for (int member = 0; member < 3; member++) {
      List<Savefiles.Packet> own = Savefiles.read(file(member));
      assertTrue(!own.isEmpty(), "member " + member + " has a part");
      for (Savefiles.Packet packet : own) {
        Integer before = owners.put(packet.bytes().getShort(PORT_AT), member);
        assertTrue(before == null || before == member, "a flow has one owner");
      }
    }
    return owners;
  }
}
