package org.pcap4j.core;

import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;

/**
 * Answers as memory would that holds a {@code struct pcap_pkthdr}: a {@code struct timeval}, then
 * the captured and the whole length. There is no such memory, so native code must not be given it.
 */
final class HeaderPointer extends Pointer {
  private static final int SECONDS = 0;
  private static final int FRACTION = Long.BYTES;
  private static final int CAPTURED = 2 * Long.BYTES;
  private static final int WIRE = CAPTURED + Integer.BYTES;

  final TimePart seconds = new TimePart();
  final TimePart fraction = new TimePart();
  int captured;
  int wire;

  HeaderPointer() {
    super(0);
  }

  @Override
  public NativeLong getNativeLong(long offset) {
    return part(offset);
  }

  @Override
  public long getLong(long offset) {
    return part(offset).value;
  }

  private TimePart part(long offset) {
    if (offset == SECONDS) {
      return seconds;
    }
    if (offset == FRACTION) {
      return fraction;
    }
    throw outside(offset);
  }

  @Override
  public int getInt(long offset) {
    if (offset == CAPTURED) {
      return captured;
    }
    if (offset == WIRE) {
      return wire;
    }
    throw outside(offset);
  }

  private static IndexOutOfBoundsException outside(long offset) {
    return new IndexOutOfBoundsException("struct pcap_pkthdr has no field at " + offset);
  }

  /** A number that pcap4j asks for at once, so that one object will do for all packets. */
  static final class TimePart extends NativeLong {
    private static final long serialVersionUID = 1L;

    long value;

    @Override
    public long longValue() {
      return value;
    }

    @Override
    public int intValue() {
      return (int) value;
    }

    @Override
    public String toString() {
      return Long.toString(value);
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof NativeLong number && number.longValue() == value;
    }

    @Override
    public int hashCode() {
      return Long.hashCode(value);
    }
  }
}
