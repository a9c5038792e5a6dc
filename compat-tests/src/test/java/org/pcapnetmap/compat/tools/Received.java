package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;

/** What a port has received so far, each frame in one slot. */
final class Received {
  private Received() {}

  static List<byte[]> frames(NetmapPort port) throws NetmapException {
    port.rxSync();
    List<byte[]> frames = new ArrayList<>();
    port.rxRing(0)
        .read(
            (buffer, offset, length, ring, slot) -> {
              byte[] frame = new byte[length];
              buffer.get(offset, frame);
              frames.add(frame);
            },
            Integer.MAX_VALUE);
    port.rxSync();
    return frames;
  }

  static void assertFrames(List<byte[]> expected, List<byte[]> frames) {
    assertEquals(expected.size(), frames.size());
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), frames.get(i), "frame " + i);
    }
  }
}
