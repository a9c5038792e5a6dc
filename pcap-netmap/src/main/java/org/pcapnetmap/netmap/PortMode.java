package org.pcapnetmap.netmap;

/** What an opening shares with other openings of the same port. */
public enum PortMode {
  /** The port's own rings; several raw openings of a port share them. */
  RAW(0),
  /**
   * A private copy of what the port receives and of what the port's other openings send, as users
   * of libpcap expect of an interface. The port name {@code *} sees the whole switch.
   */
  CAPTURE(1);

  private final int number;

  PortMode(int number) {
    this.number = number;
  }

  /** The device's number for this mode. */
  int number() {
    return number;
  }

  /** The mode of the device's number. */
  static PortMode of(int number) {
    return number == CAPTURE.number ? CAPTURE : RAW;
  }
}
