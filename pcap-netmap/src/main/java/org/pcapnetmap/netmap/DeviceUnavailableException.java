package org.pcapnetmap.netmap;

/** The device library cannot be loaded on this machine (ENOSYS); the message names what to do. */
public final class DeviceUnavailableException extends NetmapException {
  private static final long serialVersionUID = 1L;

  DeviceUnavailableException(Throwable cause) {
    super(DeviceError.ENOSYS, cause.getMessage());
    initCause(cause);
  }
}
