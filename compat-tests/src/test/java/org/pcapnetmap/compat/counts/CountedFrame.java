package org.pcapnetmap.compat.counts;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Frames that can be counted, as the C tests' {@code counted.h} describes them: each says who sent
 * it to whom as the how many'th, and carries a checksum.
 */
final class CountedFrame {
  static final int TO_EVERYBODY = 255;
  static final int MAX_SIZE = 1500;
  static final int TO_OFFSET = 15;
  static final int SENDER_OFFSET = 16;
  static final int CHECKSUM_OFFSET = 20;
  static final int SEQUENCE_OFFSET = 24;

  private static final int MIN_SIZE = 60;
  private static final int KIND_OFFSET = 14;
  private static final int FILLER_OFFSET = 32;
  private static final int LENGTH_MIX = 0x9e3779b1;
  private static final int FILLER_MIX = 0x9e3779b9;
  private static final int HASH_START = 0x811c9dc5;
  private static final int HASH_PRIME = 0x01000193;

  private CountedFrame() {}

  /** Mostly short; a multiple of 4. */
  static int size(long sequence) {
    int mixed = (int) sequence * LENGTH_MIX;
    int step = Integer.remainderUnsigned(mixed >>> 12, mixed >>> 28 == 0 ? 361 : 9);
    return MIN_SIZE + step * 4;
  }

  /** Writes a frame at the buffer's start and returns its size. The buffer is little endian. */
  static int write(ByteBuffer frame, int sender, int to, long sequence) {
    int size = size(sequence);
    writeAddresses(frame, sender, to);
    frame.putShort(12, (short) 0xb588);
    frame.put(KIND_OFFSET, (byte) (sequence % 4)).put(TO_OFFSET, (byte) to);
    frame.putInt(SENDER_OFFSET, sender).putLong(SEQUENCE_OFFSET, sequence);
    for (int at = FILLER_OFFSET; at < size; at += Integer.BYTES) {
      frame.putInt(at, (int) sequence * FILLER_MIX + at);
    }
    frame.putInt(CHECKSUM_OFFSET, checksum(frame, 0, size));
    return size;
  }

  private static void writeAddresses(ByteBuffer frame, int sender, int to) {
    boolean everybody = to == TO_EVERYBODY;
    frame.putInt(0, everybody ? -1 : 0x02).putShort(4, (short) (everybody ? -1 : 1 | to << 8));
    frame.putInt(6, 0x02).putShort(10, (short) (sender << 8));
  }

  /** Of all words from the sender's number on, the checksum itself left out. */
  static int checksum(ByteBuffer buffer, int offset, int size) {
    int sum = HASH_START;
    for (int at = SENDER_OFFSET; at + Integer.BYTES <= size; at += Integer.BYTES) {
      if (at != CHECKSUM_OFFSET) {
        sum = (sum ^ buffer.getInt(offset + at)) * HASH_PRIME;
      }
    }
    return sum;
  }

  static ByteBuffer allocate() {
    return ByteBuffer.allocateDirect(MAX_SIZE + Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
  }

  /** A frame to everybody from a receiver's address, so that the switch knows where it is. */
  static int writeTeaching(ByteBuffer frame, int receiver) {
    for (int at = 0; at < MIN_SIZE; at++) {
      frame.put(at, (byte) 0);
    }
    frame.putInt(0, -1).putShort(4, (short) -1);
    frame.putInt(6, 0x02).putShort(10, (short) (1 | receiver << 8));
    return MIN_SIZE;
  }
}
