package org.pcapnetmap.compat.contract;

import java.nio.ByteBuffer;

/** Ethernet frames of an experimental type that no kernel answers. */
final class TestFrames {
  /** Where a frame's number stands. */
  static final int NUMBER_AT = 14;

  static final int TYPE = 0x88b6;
  private static final int SHORTEST = 60;
  private static final long GROUP = 0xffff_ffff_ffffL;
  private static final long SOURCE = 0x0200_0000_0001L;

  private TestFrames() {}

  /** A broadcast of 60 bytes with a number in byte 14. */
  static byte[] numbered(int number) {
    return numbered(number, SHORTEST);
  }

  static byte[] numbered(int number, int length) {
    return typed(TYPE, number, length);
  }

  static byte[] typed(int type, int number, int length) {
    ByteBuffer frame = ByteBuffer.allocate(length);
    for (int i = NUMBER_AT; i < length; i++) {
      frame.put(i, (byte) i);
    }
    address(frame, GROUP);
    address(frame, SOURCE);
    frame.putShort((short) type).put((byte) number);
    return frame.array();
  }

  private static void address(ByteBuffer frame, long address) {
    frame.putShort((short) (address >>> 32)).putInt((int) address);
  }
}
