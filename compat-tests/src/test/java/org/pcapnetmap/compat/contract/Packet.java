package org.pcapnetmap.compat.contract;

/**
 * A packet as a program sees it.
 *
 * @param bytes a copy of those that were captured
 * @param wireLength bytes that the frame has, captured or not
 * @param timeNanos since 1970; a multiple of 1000 where the handle's precision is microseconds
 */
@SuppressWarnings("ArrayRecordComponent") // compared by what stands in it
record Packet(byte[] bytes, int wireLength, long timeNanos) {
  /** The number that {@link TestFrames#numbered} gave it. */
  int number() {
    return bytes[TestFrames.NUMBER_AT] & 0xff;
  }
}
