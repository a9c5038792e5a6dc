package org.pcapnetmap.pcap;

import java.nio.ByteBuffer;
import org.pcapnetmap.netmap.Direction;

/**
 * One packet as it was read: a view that is filled anew for each packet, so that reading allocates
 * nothing per packet.
 *
 * <p>The bytes lie in {@link #buffer()} from {@link #offset()} on and stay valid until the next
 * packet is read from the same handle or file. The filter of a handle changed, or the handle
 * closed, the view may show other bytes, but always memory that may be read.
 */
public final class PcapPacket {
  ByteBuffer buffer;
  int offset;
  int capturedLength;
  int wireLength;
  long timeNanos;
  Direction direction;
  int linktype;

  /** Fills the view. */
  void set(
      ByteBuffer newBuffer,
      int newOffset,
      int newLength,
      int newWireLength,
      long newTimeNanos,
      Direction newDirection) {
    buffer = newBuffer;
    offset = newOffset;
    capturedLength = newLength;
    wireLength = newWireLength;
    timeNanos = newTimeNanos;
    direction = newDirection;
  }

  /** Returns the direct buffer that holds the packet's bytes. */
  public ByteBuffer buffer() {
    return buffer;
  }

  /** Returns the index in {@link #buffer()} of the packet's first byte. */
  public int offset() {
    return offset;
  }

  /** Returns how many bytes of the packet were captured. */
  public int capturedLength() {
    return capturedLength;
  }

  /** Returns how many bytes the packet had on the wire, at least the captured ones. */
  public int wireLength() {
    return wireLength;
  }

  /** Returns the arrival time in nanoseconds since 1970-01-01 UTC. */
  public long timeNanos() {
    return timeNanos;
  }

  /** Returns from which side the packet came, INOUT where that is not known. */
  public Direction direction() {
    return direction;
  }

  /** Returns the LINKTYPE value that says how the bytes begin, see {@link Datalink}. */
  public int linktype() {
    return linktype;
  }
}
