package org.pcapnetmap.netmap;

/** Somebody holds the switch's lock and does not go on (ETIMEDOUT). */
public final class SwitchLockedException extends NetmapException {
  private static final long serialVersionUID = 1L;

  SwitchLockedException(int errno, String message) {
    super(errno, message);
  }
}
