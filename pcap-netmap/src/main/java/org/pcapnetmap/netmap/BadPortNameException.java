package org.pcapnetmap.netmap;

/** The port's name is not understood (EINVAL). */
public final class BadPortNameException extends NetmapException {
  private static final long serialVersionUID = 1L;

  BadPortNameException(int errno, String message) {
    super(errno, message);
  }
}
