package org.pcapnetmap.netmap;

/** The program is not a valid classic BPF filter (EINVAL). */
public final class BadFilterException extends NetmapException {
  private static final long serialVersionUID = 1L;

  BadFilterException(int errno, String message) {
    super(errno, message);
  }
}
