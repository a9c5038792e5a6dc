package org.pcapnetmap.netmap;

/** No opening is left on the switch; it holds 254 (ENOSPC). */
public final class SwitchFullException extends NetmapException {
  private static final long serialVersionUID = 1L;

  SwitchFullException(int errno, String message) {
    super(errno, message);
  }
}
