package org.pcapnetmap.samples;

import java.nio.ByteBuffer;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.RxRing;

/** Counts the frames and bytes that a port receives: {@code CountFrames vale0:count 1000000}. */
public final class CountFrames {
  private long frames;
  private long bytes;

  private CountFrames() {}

  /**
   * Counts, then prints.
   *
   * @param args the port, and how many frames to wait for
   * @throws Exception if the port cannot be opened
   */
  public static void main(String[] args) throws Exception {
    CountFrames count = new CountFrames();
    try (NetmapPort port = NetmapPort.open(args[0])) {
      count.read(port, Long.parseLong(args[1]));
    }
    System.out.println(count.frames + " frames, " + count.bytes + " bytes");
  }

  private void read(NetmapPort port, long wanted) throws Exception {
    RxRing ring = port.rxRing(0);
    while (frames < wanted) {
      port.await(NetmapPort.POLLIN, -1);
      // Frames are seen where they lie in the ring: nothing is copied or allocated.
      ring.read(this::onFrame, ring.available());
    }
    port.rxSync();
  }

  private void onFrame(ByteBuffer buffer, int offset, int length, RxRing ring, int slot) {
    frames++;
    bytes += length;
  }
}
