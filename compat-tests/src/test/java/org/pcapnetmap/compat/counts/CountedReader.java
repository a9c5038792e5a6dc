package org.pcapnetmap.compat.counts;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.pcapnetmap.netmap.FrameHandler;
import org.pcapnetmap.netmap.RxRing;

/** Reads counted frames in place: none damaged, none twice, each sender's in its order. */
final class CountedReader implements FrameHandler {
  private static final int SENDERS_MAX = 8;

  private final int self;
  private final long[][] next = new long[SENDERS_MAX][2];
  private long frames;
  private long missing;

  CountedReader(int self) {
    if (ByteOrder.nativeOrder() != ByteOrder.LITTLE_ENDIAN) {
      throw new IllegalStateException("rings are read in the machine's order, frames are little");
    }
    this.self = self;
  }

  @Override
  public void onFrame(ByteBuffer buffer, int offset, int length, RxRing ring, int slot) {
    long sequence = buffer.getLong(offset + CountedFrame.SEQUENCE_OFFSET);
    int to = Byte.toUnsignedInt(buffer.get(offset + CountedFrame.TO_OFFSET));
    expect(length == CountedFrame.size(sequence), "length", length);
    int sum = CountedFrame.checksum(buffer, offset, length);
    expect(buffer.getInt(offset + CountedFrame.CHECKSUM_OFFSET) == sum, "checksum", sum);
    expect(to == self || to == CountedFrame.TO_EVERYBODY, "receiver", to);
    count(buffer.getInt(offset + CountedFrame.SENDER_OFFSET), to, sequence);
  }

  private void count(int sender, int to, long sequence) {
    long[] expected = next[sender];
    int way = to == CountedFrame.TO_EVERYBODY ? 1 : 0;
    expect(sequence >= expected[way], "sequence number", sequence);
    missing += sequence - expected[way];
    expected[way] = sequence + 1;
    frames++;
  }

  private static void expect(boolean good, String what, long value) {
    if (!good) {
      throw new AssertionError("wrong " + what + ": " + value);
    }
  }

  long frames() {
    return frames;
  }

  /** Sequence numbers that were skipped. */
  long missing() {
    return missing;
  }
}
