package org.pcapnetmap.netmap;

/** The runtime directory is another user's, or the device may not be opened (EACCES). */
public final class PermissionException extends NetmapException {
  private static final long serialVersionUID = 1L;

  PermissionException(int errno, String message) {
    super(errno, message);
  }
}
