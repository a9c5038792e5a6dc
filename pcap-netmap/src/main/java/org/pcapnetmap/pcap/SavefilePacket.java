package org.pcapnetmap.pcap;

import java.nio.ByteBuffer;
import org.pcapnetmap.netmap.Direction;

/**
 * One packet as a reader found it: a view that the reader fills anew on each {@link
 * SavefileReader#next}, so that reading a file allocates nothing per packet.
 *
 * <p>The bytes lie in {@link #buffer()} from {@link #offset()} on and stay valid until the next
 * call of {@code next}.
 */
public final class SavefilePacket {
  ByteBuffer buffer;
  int offset;
  int capturedLength;
  int wireLength;
  long timeNanos;
  Direction direction;
  int linktype;

  /** Returns the direct buffer that holds the packet's bytes. */
  public ByteBuffer buffer() {
    return buffer;
  }

  /** Returns the index in {@link #buffer()} of the packet's first byte. */
  public int offset() {
    return offset;
  }

  /** Returns how many bytes of the packet the file holds. */
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

  /** Returns from which side the packet came, INOUT where the file does not say. */
  public Direction direction() {
    return direction;
  }

  /** Returns the LINKTYPE value that says how the bytes begin, see {@link Datalink}. */
  public int linktype() {
    return linktype;
  }
}
