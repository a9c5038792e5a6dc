package org.pcapnetmap.compat.bench;

import java.util.List;

/**
 * Frames of one size on rings of one size.
 *
 * @param size bytes of a frame
 * @param slots of each ring
 */
record Load(int size, int slots) {
  private static final int LARGE = 1000;

  /** Rates of large frames are told in bits, those of small ones in frames. */
  Unit unit() {
    return size >= LARGE ? Unit.BITS : Unit.FRAMES;
  }

  /** A rate of frames in the load's unit. */
  double value(double framesPerSecond) {
    return unit() == Unit.BITS ? framesPerSecond * size * Byte.SIZE : framesPerSecond;
  }

  /** The load as options of a worker. */
  List<String> options() {
    return List.of("-l", Integer.toString(size), "-n", Integer.toString(slots));
  }

  @Override
  public String toString() {
    return size + " bytes, " + slots + " slots";
  }
}
