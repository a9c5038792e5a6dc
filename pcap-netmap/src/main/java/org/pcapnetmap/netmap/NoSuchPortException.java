package org.pcapnetmap.netmap;

/** A kernel or NIC port is asked for and there is none (ENODEV). */
public final class NoSuchPortException extends NetmapException {
  private static final long serialVersionUID = 1L;

  NoSuchPortException(int errno, String message) {
    super(errno, message);
  }
}
