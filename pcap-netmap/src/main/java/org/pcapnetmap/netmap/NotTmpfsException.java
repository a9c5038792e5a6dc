package org.pcapnetmap.netmap;

/** The runtime directory does not lie on a file system in memory (ENOTSUP). */
public final class NotTmpfsException extends NetmapException {
  private static final long serialVersionUID = 1L;

  NotTmpfsException(int errno, String message) {
    super(errno, message);
  }
}
