package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An nmcap bridge between two switches, with other processes on both sides. */
@Timeout(180)
class BridgeTest {
  @TempDir private Path folder;

  private TestSwitch left;
  private TestSwitch right;

  @BeforeEach
  void open() throws Exception {
    left = new TestSwitch();
    right = new TestSwitch();
  }

  @AfterEach
  void close() throws Exception {
    left.assertNobodyLeft();
    right.assertNobodyLeft();
    left.close();
    right.close();
  }

  private RunningTool bridge(String... options) throws Exception {
    List<String> command = new ArrayList<>(List.of("bridge"));
    command.addAll(List.of(left.port("bridge"), right.port("bridge"), "--json"));
    command.addAll(List.of(options));
    RunningTool bridge = Nmcap.start(command.toArray(String[]::new));
    bridge.awaitText("joining");
    return bridge;
  }

  @Test
  void framesReachTheOtherSideUnchangedBothWays() throws Exception {
    List<byte[]> frames = Frames.mixed(300);
    Path there = folder.resolve("there.pcap");
    Path back = folder.resolve("back.pcap");
    try (RunningTool bridge = bridge();
        RunningTool capture =
            Nmcap.start("capture", "-i", right.port("1"), "-c", "300", "-w", there.toString())) {
      capture.awaitText("listening on");
      left.send(frames);
      assertEquals(0, capture.exitCode(), capture::toString);
      try (RunningTool other =
          Nmcap.start("capture", "-i", left.port("1"), "-c", "300", "-w", back.toString())) {
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
