package org.pcapnetmap.netmap;

/** An option of the open, or a variable of the environment, cannot be had (EINVAL). */
public final class BadOptionException extends NetmapException {
  private static final long serialVersionUID = 1L;

  BadOptionException(int errno, String message) {
    super(errno, message);
  }
}
