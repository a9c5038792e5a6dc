package org.pcapnetmap.netmap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Ethernet frames of the experimental type 0x88b5 with a sender's number, a sequence number and a
 * checksum that covers both and the rest of the frame.
 */
final class TestFrame {
  static final int TYPE = 0x88b5;
  static final int TYPE_OFFSET = 12;
  static final int MIN_SIZE = 60;

  private static final int SOURCE_OFFSET = 6;
  private static final int SENDER_OFFSET = 16;
  private static final int SEQUENCE_OFFSET = 20;
  private static final int CHECKSUM_OFFSET = 28;
  private static final int FILL_OFFSET = 32;
  private static final int LOCAL_ADDRESS = 0x0200;

  private final ByteBuffer bytes;

  TestFrame(int size, int sender) {
    bytes = ByteBuffer.allocate(size);
    for (int i = 0; i < SOURCE_OFFSET; i++) {
      bytes.put(i, (byte) 0xff);
    }
    putAddress(SOURCE_OFFSET, sender);
    bytes.putShort(TYPE_OFFSET, (short) TYPE);
    bytes.putInt(SENDER_OFFSET, sender);
  }

  TestFrame to(int receiver) {
    putAddress(0, receiver);
    return this;
  }

  TestFrame type(int type) {
    bytes.putShort(TYPE_OFFSET, (short) type);
    return this;
  }

  /** The frame with this number, valid until the next call. */
  ByteBuffer number(long sequence) {
    bytes.putLong(SEQUENCE_OFFSET, sequence);
    for (int i = FILL_OFFSET; i < bytes.capacity(); i++) {
      bytes.put(i, (byte) (sequence + i));
    }
    bytes.putInt(CHECKSUM_OFFSET, checksum(bytes, 0, bytes.capacity()));
    return bytes;
  }

  int size() {
    return bytes.capacity();
  }

  static int sender(ByteBuffer buffer, int offset) {
    return bigEndianInt(buffer, offset + SENDER_OFFSET);
  }

  static long sequence(ByteBuffer buffer, int offset) {
    long value = buffer.getLong(offset + SEQUENCE_OFFSET);
    return buffer.order() == ByteOrder.BIG_ENDIAN ? value : Long.reverseBytes(value);
  }

  static boolean isIntact(ByteBuffer buffer, int offset, int length) {
    return bigEndianInt(buffer, offset + CHECKSUM_OFFSET) == checksum(buffer, offset, length);
  }

  private void putAddress(int offset, int number) {
    bytes.putShort(offset, (short) LOCAL_ADDRESS).putInt(offset + Short.BYTES, number);
  }

  private static int checksum(ByteBuffer buffer, int offset, int length) {
    int sum = length;
    for (int i = SENDER_OFFSET; i < length; i++) {
      boolean inChecksum = i >= CHECKSUM_OFFSET && i < FILL_OFFSET;
      sum = 31 * sum + (inChecksum ? 0 : buffer.get(offset + i));
    }
    return sum;
  }

  private static int bigEndianInt(ByteBuffer buffer, int offset) {
    int value = buffer.getInt(offset);
    return buffer.order() == ByteOrder.BIG_ENDIAN ? value : Integer.reverseBytes(value);
  }
}
