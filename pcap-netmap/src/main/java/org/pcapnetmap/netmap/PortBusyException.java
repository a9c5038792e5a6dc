package org.pcapnetmap.netmap;

/** The port is open exclusively, or an exclusive open found it open (EBUSY). */
public final class PortBusyException extends NetmapException {
  private static final long serialVersionUID = 1L;

  PortBusyException(int errno, String message) {
    super(errno, message);
  }
}
