package org.pcapnetmap.compat.contract;

import com.sun.jna.LastErrorException;

/**
 * The calling thread stays on one processor, always the same, until this is closed. What a thread
 * sends to a pair of interfaces waits in a queue of its processor, so that frames could overtake
 * those that it has sent on another one.
 */
final class OneProcessor implements AutoCloseable {
  private static final int MASK_BYTES = 128;

  private final byte[] before = new byte[MASK_BYTES];

  OneProcessor() throws LastErrorException {
    LibC.C.sched_getaffinity(0, MASK_BYTES, before);
    LibC.C.sched_setaffinity(0, MASK_BYTES, first(before));
  }

  private static byte[] first(byte[] processors) {
    byte[] one = new byte[MASK_BYTES];
    int at = 0;
    while (processors[at] == 0) {
      at++;
    }
    one[at] = (byte) (processors[at] & -processors[at]);
    return one;
  }

  @Override
  public void close() throws LastErrorException {
    LibC.C.sched_setaffinity(0, MASK_BYTES, before);
  }
}
