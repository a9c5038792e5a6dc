package org.pcapnetmap.netmap;

/** The switch was made by another version or for another word size, or is damaged (EPROTO). */
public final class IncompatibleSwitchException extends NetmapException {
  private static final long serialVersionUID = 1L;

  IncompatibleSwitchException(int errno, String message) {
    super(errno, message);
  }
}
