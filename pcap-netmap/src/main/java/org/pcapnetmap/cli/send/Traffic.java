package org.pcapnetmap.cli.send;

import java.io.Closeable;
import java.io.IOException;
import org.pcapnetmap.netmap.TxRing;

/** What is sent: fills the slots of a transmit ring. */
interface Traffic extends Closeable {
  /**
   * Fills slots from the ring's head on and moves the head.
   *
   * @param limit the most frames, no more than the ring has room for
   * @param now by System.nanoTime
   * @return how many frames were put in; 0 when none is due yet, or none is left
   * @throws IOException when there is a next frame that cannot be sent
   */
  int fill(TxRing ring, int limit, long now) throws IOException;

  /** Returns the time until the next frame is due, in nanoseconds; 0 when it is due now. */
  long untilDue(long now);

  /** Returns whether no frame is left. */
  boolean ended();
}
