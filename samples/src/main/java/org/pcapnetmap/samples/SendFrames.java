package org.pcapnetmap.samples;

import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.TxRing;

/** Sends frames to everyone on a switch: {@code SendFrames vale0:send 1000000}. */
public final class SendFrames {
  private static final int LENGTH = 60;

  // To everyone, from 02:00:00:00:00:01, experimental type 0x88b5.
  private static final byte[] HEADER = {
    -1, -1, -1, -1, -1, -1, 2, 0, 0, 0, 0, 1, (byte) 0x88, (byte) 0xb5
  };

  private SendFrames() {}

  /**
   * Sends.
   *
   * @param args the port, and how many frames
   * @throws Exception if the port cannot be opened
   */
  public static void main(String[] args) throws Exception {
    if (args.length != 2 || !args[1].matches("\\d{1,18}")) {
      System.err.println("usage: SendFrames vale<switch>:<port> <frames>");
      System.exit(2);
    }
    try (NetmapPort port = NetmapPort.open(args[0])) {
      long left = Long.parseLong(args[1]);
      while (left > 0) {
        left -= fill(port.txRing(0), left);
        port.txSync();
      }
    }
  }

  /** Fills free slots in place and moves head past them; the next sync sends them. */
  private static int fill(TxRing ring, long most) {
    int count = (int) Math.min(ring.available(), most);
    int slot = ring.head();
    for (int i = 0; i < count; i++) {
      ring.buffer().put(ring.bufferOffset(slot), HEADER);
      ring.setLength(slot, LENGTH);
      slot = ring.next(slot);
    }
    ring.advanceTo(slot);
    return count;
  }
}
