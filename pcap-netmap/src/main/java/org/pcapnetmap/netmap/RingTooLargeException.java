package org.pcapnetmap.netmap;

/** The rings are larger than the switch's areas, or than a buffer can address (E2BIG). */
public final class RingTooLargeException extends NetmapException {
  private static final long serialVersionUID = 1L;

  RingTooLargeException(int errno, String message) {
    super(errno, message);
  }
}
