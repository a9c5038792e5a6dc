package org.pcapnetmap.samples;

import java.nio.ByteBuffer;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.RxRing;

/**
 * Counts the frames and bytes that a port receives, until none has come for a second: {@code
 * CountFrames vale0:count}.
 */
public final class CountFrames {
  private long frames;
  private long bytes;

  private CountFrames() {}

  /**
   * Counts, then prints.
   *
   * @param args the port
   * @throws Exception if the port cannot be opened
   */
  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      System.err.println("usage: CountFrames vale<switch>:<port>");
      System.exit(2);
    }
    CountFrames count = new CountFrames();
    try (NetmapPort port = NetmapPort.open(args[0])) {
      count.read(port);
    }
    System.out.println(count.frames + " frames, " + count.bytes + " bytes");
  }

  private void read(NetmapPort port) throws Exception {
    RxRing ring = port.rxRing(0);
    long patience = -1; // for the first frame; then nanoseconds
    while (port.await(NetmapPort.POLLIN, patience) == NetmapPort.POLLIN) {
      // Frames are seen where they lie in the ring: nothing is copied or allocated.
      ring.read(this::onFrame, ring.available());
      patience = 1_000_000_000;
    }
  }

  private void onFrame(ByteBuffer buffer, int offset, int length, RxRing ring, int slot) {
    frames++;
    bytes += length;
  }
}
