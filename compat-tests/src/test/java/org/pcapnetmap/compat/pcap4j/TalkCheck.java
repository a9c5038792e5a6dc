package org.pcapnetmap.compat.pcap4j;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.pcapnetmap.compat.tools.Frames;
import org.pcapnetmap.compat.tools.RunningTool;
import org.pcapnetmap.compat.tools.TestSwitch;
import org.pcapnetmap.pcap.LiveHandle;
import org.pcapnetmap.pcap.PcapHandle;
import org.pcapnetmap.pcap.PcapPacket;

/** The other side of the program Talk. */
final class TalkCheck {
  private static final int FRAMES = 1000;
  private static final int WANTED = FRAMES / 2;
  private static final long ANSWER_NANOS = 30_000_000_000L;

  private TalkCheck() {}

  /** Launches Talk, whose main class ends the command, sends to it, and checks all that it says. */
  static RunningTool talks(Map<String, String> environment, List<String> command) throws Exception {
    try (TestSwitch net = new TestSwitch();
        LiveHandle peer = PcapHandle.live(net.port("peer")).open();
        RunningTool talk = start(environment, command, net.port("talk"))) {
      talk.awaitText("opened");
      List<byte[]> frames = Frames.mixed(FRAMES);
      net.send(frames);
      assertEquals(0, talk.exitCode(), talk::toString);
      int bytes = 0;
      byte[] last = null;
      for (int i = 0; i < FRAMES; i += 2) { // every other one is for port 53
        bytes += frames.get(i).length;
        last = frames.get(i);
      }
      String said = bytes + " bytes, " + WANTED + " packets, false, " + last.length;
      assertTrue(talk.out().contains(said), () -> said + " is not in " + talk);
      assertArrayEquals(last, lastOf(peer));
      assertEquals(1, net.others().size(), "besides the peer nobody is left on the switch");
      return talk;
    }
  }

  private static RunningTool start(
      Map<String, String> environment, List<String> command, String port) throws IOException {
    List<String> all = new ArrayList<>(command);
    all.add(port);
    all.add(Integer.toString(WANTED));
    return RunningTool.start(environment, all);
  }

  /** The peer has seen what the program was sent, and the answer last. */
  private static byte[] lastOf(LiveHandle peer) throws IOException {
    PcapPacket packet = new PcapPacket();
    for (int i = 0; i <= FRAMES; i++) {
      assertEquals(1, peer.nextEx(packet, ANSWER_NANOS), "the answer does not come");
    }
    byte[] bytes = new byte[packet.capturedLength()];
    packet.buffer().get(packet.offset(), bytes);
    return bytes;
  }
}
