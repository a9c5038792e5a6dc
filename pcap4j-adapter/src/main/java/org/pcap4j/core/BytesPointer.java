package org.pcap4j.core;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Answers as a pointer to a packet's bytes would; native code must not be given it. */
final class BytesPointer extends Pointer {
  private ByteBuffer buffer;
  private int offset;
  private int length;

  /** All of them, where they are asked for when they may be gone from the buffer. */
  private byte[] copy;

  private boolean isCopyGiven;

  BytesPointer() {
    super(0);
  }

  /** Looks at bytes where they lie. */
  void show(ByteBuffer newBuffer, int newOffset, int newLength) {
    copy = null;
    buffer = newBuffer;
    offset = newOffset;
    length = newLength;
  }

  /** Takes bytes over; who asks for all of them first is given the array itself. */
  void keep(byte[] bytes) {
    copy = bytes;
    length = bytes.length;
    isCopyGiven = false;
  }

  @Override
  public byte[] getByteArray(long from, int count) {
    byte[] whole = copy;
    if (whole != null && !isCopyGiven && from == 0 && count == whole.length) {
      isCopyGiven = true;
      return whole;
    }
    byte[] part = new byte[count];
    read(from, part, 0, count);
    return part;
  }

  @Override
  public void read(long from, byte[] target, int index, int count) {
    int first = Objects.checkFromIndexSize((int) from, count, length);
    if (copy == null) {
      buffer.get(offset + first, target, index, count);
    } else {
      System.arraycopy(copy, first, target, index, count);
    }
  }

  @Override
  public byte getByte(long from) {
    int at = Objects.checkIndex((int) from, length);
    return copy == null ? buffer.get(offset + at) : copy[at];
  }
}
