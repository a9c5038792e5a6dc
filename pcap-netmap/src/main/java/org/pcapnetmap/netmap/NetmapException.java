package org.pcapnetmap.netmap;

import java.io.IOException;

/**
 * A call to the netmap device failed.
 *
 * <p>The message is one line that names the port, the reason and the remedy. Reasons that a program
 * may want to tell apart have subclasses.
 */
public class NetmapException extends IOException {
  private static final long serialVersionUID = 1L;

  private final int errno;

  NetmapException(int errno, String message) {
    super(message);
    this.errno = errno;
  }

  /**
   * The reason as Linux numbers it.
   *
   * @return a positive errno value, for example 16 for EBUSY
   */
  public int errno() {
    return errno;
  }
}
