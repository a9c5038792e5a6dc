package org.pcapnetmap.pcap;

import java.io.Closeable;
import java.io.IOException;

/**
 * Where packets end up: a savefile, a printer, a counter. What a sink has gathered goes out when it
 * is flushed, or has gathered enough.
 */
public interface PacketSink extends PacketHandler, Closeable {
  /**
   * Sends on what was gathered.
   *
   * @throws IOException when it cannot be sent on
   */
  void flush() throws IOException;
}
