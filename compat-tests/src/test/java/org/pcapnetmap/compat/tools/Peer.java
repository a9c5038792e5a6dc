package org.pcapnetmap.compat.tools;

import java.io.IOException;
import java.util.List;

/** Somebody else in the network of the port under test. */
public interface Peer extends AutoCloseable {
  /** Sends frames in this order. */
  void send(List<byte[]> frames) throws IOException;

  /** Returns after so many nanoseconds, or before if there is something to {@link #take}. */
  void await(long nanos) throws IOException;

  /** All frames that have come since the last time. */
  List<byte[]> take() throws IOException;

  @Override
  void close();
}
