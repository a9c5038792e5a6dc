package org.pcapnetmap.netmap;

/** Which frames a capture opening sees, and from which side a frame came. */
public enum Direction {
  /** Both; as a frame's direction it means that the device does not know. */
  INOUT(0),
  /** What the port receives. */
  IN(1),
  /** What the port's other openings send. */
  OUT(2);

  private final int number;

  Direction(int number) {
    this.number = number;
  }

  /** The device's number for this direction. */
  int number() {
    return number;
  }

  /** The direction of the device's number; unknown numbers are {@link #INOUT}. */
  static Direction of(int number) {
    return switch (number) {
      case 1 -> IN;
      case 2 -> OUT;
      default -> INOUT;
    };
  }
}
