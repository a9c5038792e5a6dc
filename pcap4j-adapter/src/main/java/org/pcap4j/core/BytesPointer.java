package org.pcap4j.core;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.Objects;

/** Answers as a pointer to a packet's bytes would; native code must not be given it. */
final class BytesPointer extends Pointer {
  ByteBuffer buffer;
  int offset;
  int length;

  BytesPointer() {
    super(0);
  }

  @Override
  public byte[] getByteArray(long from, int count) {
    byte[] copy = new byte[count];
    read(from, copy, 0, count);
    return copy;
  }

  @Override
  public void read(long from, byte[] target, int index, int count) {
    int first = Objects.checkFromIndexSize((int) from, count, length);
    buffer.get(offset + first, target, index, count);
  }

  @Override
  public byte getByte(long from) {
    return buffer.get(offset + Objects.checkIndex((int) from, length));
  }
}
