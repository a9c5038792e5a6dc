package org.pcapnetmap.pcap;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.pcapnetmap.netmap.Direction;

/**
 * Takes packets where they lie, one after the other: a savefile, a printer, a counter.
 *
 * <p>A packet is begun, its bytes are appended in one or more pieces, and it is ended. What a sink
 * has gathered goes out when it is flushed, or has gathered enough.
 */
public interface PacketSink extends Closeable {
  /**
   * Begins a packet.
   *
   * @param length captured bytes of all pieces together
   * @param wireLength bytes on the wire
   * @param timeNanos nanoseconds since 1970-01-01 UTC
   * @param direction from which side it came; INOUT when not known
   * @throws IOException when the sink cannot take it
   */
  void begin(int length, int wireLength, long timeNanos, Direction direction) throws IOException;

  /**
   * Adds the next piece of the packet that was begun.
   *
   * @param source holds the piece; its position and limit do not matter and are left alone
   * @param offset of the piece's first byte
   * @param length bytes of the piece
   * @throws IOException when the sink cannot take it
   */
  void append(ByteBuffer source, int offset, int length) throws IOException;

  /**
   * Ends the packet that was begun: now it counts.
   *
   * @throws IOException when the sink cannot take it
   */
  void end() throws IOException;

  /**
   * Sends on what was gathered.
   *
   * @throws IOException when it cannot be sent on
   */
  void flush() throws IOException;
}
