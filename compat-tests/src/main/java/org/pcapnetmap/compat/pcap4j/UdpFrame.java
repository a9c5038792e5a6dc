package org.pcapnetmap.compat.pcap4j;

import java.nio.ByteBuffer;

/**
 * The packet that the workers in C send, too: UDP to port 1053, 60 bytes, to everyone; no
 * checksums.
 */
public final class UdpFrame {
  private static final int LENGTH = 60;
  private static final int ETHERNET = 14;
  private static final int IPV4 = 20;

  private UdpFrame() {}

  /**
   * Makes one.
   *
   * @return its bytes without Ethernet's checksum
   */
  public static byte[] bytes() {
    ByteBuffer frame = ByteBuffer.allocate(LENGTH);
    frame.putShort((short) -1).putInt(-1).putShort((short) 0x0200).putInt(1);
    frame.putShort((short) 0x0800);
    frame.putShort((short) 0x4500).putShort((short) (LENGTH - ETHERNET)).putInt(0);
    frame.put((byte) 64).put((byte) 17).putShort((short) 0);
    frame.putInt(0x0a000001).putInt(0x0a000002);
    frame.putShort((short) 12345).putShort((short) 1053);
    frame.putShort((short) (LENGTH - ETHERNET - IPV4));
    return frame.array();
  }
}
