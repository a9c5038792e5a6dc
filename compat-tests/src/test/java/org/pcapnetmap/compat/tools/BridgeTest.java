package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * An nmcap bridge between a switch and another, or an interface, with other processes on both
 * sides.
 */
@Tag("interface")
@Timeout(180)
class BridgeTest {
  @TempDir private Path folder;

  private Place left;
  private TestSwitch right;

  @BeforeEach
  void open() throws Exception {
    left = Place.ofThisRun();
    right = new TestSwitch();
  }

  @AfterEach
  void close() throws Exception {
    close(left);
    close(right);
  }

  private static void close(Place place) throws Exception {
    if (place != null) {
      place.assertNobodyLeft();
      place.close();
    }
  }

  private RunningTool bridge(String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("bridge"));
    command.addAll(List.of(left.port("bridge"), right.port("bridge"), "--json"));
    command.addAll(List.of(options));
    RunningTool bridge = left.nmcap(command.toArray(String[]::new));
    bridge.awaitText("joining");
    return bridge;
  }

  private static List<String> capture(String port, Path file) {
    return List.of(Nmcap.LAUNCHER, "capture", "-i", port, "-c", "300", "-w", file.toString());
  }

  @Test
  void framesReachTheOtherSideUnchangedBothWays() throws Exception {
    List<byte[]> frames = Frames.mixed(300);
    Path there = folder.resolve("there.pcap");
    Path back = folder.resolve("back.pcap");
    try (RunningTool bridge = bridge();
        RunningTool capture = right.startFar(capture(right.farPort("1"), there))) {
      capture.awaitText("listening on");
      left.send(frames);
      assertEquals(0, capture.exitCode(), capture::toString);
      try (RunningTool other = left.startFar(capture(left.farPort("1"), back))) {
        other.awaitText("listening on");
        right.send(frames);
        assertEquals(0, other.exitCode(), other::toString);
      }
      bridge.interrupt();
      assertEquals(0, bridge.exitCode(), bridge::toString);
      assertEquals(300, Nmcap.number(bridge, "forwardedAToB"));
      assertEquals(300, Nmcap.number(bridge, "forwardedBToA"));
      assertEquals(0, Nmcap.number(bridge, "dropped"));
      assertTrue(bridge.err().stream().anyMatch(l -> l.contains("300 packets forwarded")));
    }
    assertEquals(Savefiles.expected(frames, 65_535), Savefiles.read(there));
    assertEquals(Savefiles.expected(frames, 65_535), Savefiles.read(back));
  }

  /** However fast the sender: what was offered was forwarded or dropped, and counted once. */
  @Test
  void countsAreExactAtFullSpeed() throws Exception {
    Place.assumeSwitch("a veth pair loses what its own queues have no room for");
    try (RunningTool bridge = bridge()) {
      RunningTool sender = Nmcap.run("send", "-i", left.port("2"), "--count", "1M", "--json");
      bridge.interrupt();
      assertEquals(0, bridge.exitCode(), bridge::toString);
      assertEquals(1_000_000, Nmcap.number(sender, "packets"));
      assertEquals(
          1_000_000,
          Nmcap.number(bridge, "forwardedAToB") + Nmcap.number(bridge, "droppedAToB"),
          bridge::toString);
      assertEquals(0, Nmcap.number(bridge, "unreadAToB"));
    }
  }

  @Test
  void endsByItself() throws Exception {
    try (RunningTool bridge = bridge("--duration", "0.2")) {
      assertEquals(0, bridge.exitCode(), bridge::toString);
      assertEquals(0, Nmcap.number(bridge, "packets"));
    }
  }
}
