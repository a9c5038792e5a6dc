package org.pcapnetmap.netmap;

/** The file system in memory or the memory cgroup has no room for the rings (ENOMEM). */
public final class NoRoomException extends NetmapException {
  private static final long serialVersionUID = 1L;

  NoRoomException(int errno, String message) {
    super(errno, message);
  }
}
