package org.pcapnetmap.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.pcapnetmap.netmap.Direction;

/** Takes packets where they lie, one after the other. */
@FunctionalInterface
public interface PacketHandler {
  /**
   * Called for each packet. The bytes may be read until the method returns. A handler that throws
   * has had the packet all the same: reading goes on with the next one.
   *
   * @param buffer holds the bytes; leave its position and limit alone
   * @param offset index in buffer of the packet's first byte
   * @param length bytes that were captured
   * @param wireLength bytes that the packet had on the wire, at least length
   * @param timeNanos when it came, in nanoseconds since 1970-01-01 UTC
   * @param direction from which side it came; INOUT when not known
   * @throws IOException when it cannot be taken; it ends the reading
   */
  void onPacket(
      ByteBuffer buffer,
      int offset,
      int length,
      int wireLength,
      long timeNanos,
      Direction direction)
      throws IOException;
}
