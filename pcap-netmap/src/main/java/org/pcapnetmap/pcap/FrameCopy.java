package org.pcapnetmap.pcap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** Copies frames between direct buffers, quickly for small ones too. */
public final class FrameCopy {
  private static final VarHandle LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

  /** Below this many bytes a loop over words takes less time than a call of the bulk copy. */
  private static final int WORDWISE = 192;

  private FrameCopy() {}

  /**
   * Copies bytes; positions and limits stay as they are.
   *
   * @param source where from
   * @param from index of the first byte in source
   * @param target where to
   * @param to index of the first byte in target
   * @param length bytes
   */
  public static void copy(ByteBuffer source, int from, ByteBuffer target, int to, int length) {
    if (length >= WORDWISE || length < Long.BYTES) {
      target.put(to, source, from, length);
      return;
    }
    int last = length - Long.BYTES;
    for (int i = 0; i < last; i += Long.BYTES) {
      LONG.set(target, to + i, (long) LONG.get(source, from + i));
    }
    // The last word overlaps the one before unless the length is a multiple of 8.
    LONG.set(target, to + last, (long) LONG.get(source, from + last));
  }
}
