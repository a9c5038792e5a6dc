package org.pcapnetmap.cli.send;

import java.io.Closeable;
import java.io.IOException;
import org.pcapnetmap.pcap.SendQueue;

/** What is sent: fills a port's queue. */
interface Traffic extends Closeable {
  /**
   * Puts frames into the queue.
   *
   * @param limit the most frames, no more than the queue has room for
   * @param now by System.nanoTime
   * @return how many frames were put in; 0 when none is due yet, none is left, or the next takes
   *     more slots than there are
   * @throws IOException when there is a next frame that cannot be sent
   */
  int fill(SendQueue queue, int limit, long now) throws IOException;

  /** Returns the time until the next frame is due, in nanoseconds; 0 when it is due now. */
  long untilDue(long now);

  /** Returns whether no frame is left. */
  boolean ended();
}
