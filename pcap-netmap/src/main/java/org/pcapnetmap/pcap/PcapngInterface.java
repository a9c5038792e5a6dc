package org.pcapnetmap.pcap;

import java.math.BigInteger;

/**
 * What an interface description block says about the packets that name it.
 *
 * @param linktype LINKTYPE of its packets
 * @param snaplen bytes, 0 for whole packets
 * @param unitsPerSecond resolution of its times
 * @param offsetSeconds to be added to its times
 */
record PcapngInterface(int linktype, int snaplen, long unitsPerSecond, long offsetSeconds) {
  static final long MICROSECONDS = 1_000_000;
  private static final int BINARY_FLAG = 0x80;
  private static final int EXPONENT_MASK = 0x7f;
  private static final int LARGEST_BINARY = 62;
  private static final int LARGEST_DECIMAL = 18;

  /**
   * Returns the units per second that an if_tsresol byte means, or 0 when they do not fit a long:
   * the high bit chooses between powers of ten and powers of two.
   */
  static long unitsPerSecond(int resolution) {
    int exponent = resolution & EXPONENT_MASK;
    if ((resolution & BINARY_FLAG) != 0) {
      return exponent > LARGEST_BINARY ? 0 : 1L << exponent;
    }
    return exponent > LARGEST_DECIMAL ? 0 : BigInteger.TEN.pow(exponent).longValueExact();
  }

  /** Turns a time of this interface into nanoseconds since 1970. */
  long nanos(long units) {
    long seconds = Long.divideUnsigned(units, unitsPerSecond);
    long rest = Long.remainderUnsigned(units, unitsPerSecond);
    return (seconds + offsetSeconds) * PcapFormat.NANOS_PER_SECOND + restNanos(rest);
  }

  private long restNanos(long rest) {
    if (PcapFormat.NANOS_PER_SECOND % unitsPerSecond == 0) {
      return rest * (PcapFormat.NANOS_PER_SECOND / unitsPerSecond);
    }
    if (unitsPerSecond % PcapFormat.NANOS_PER_SECOND == 0) {
      return rest / (unitsPerSecond / PcapFormat.NANOS_PER_SECOND);
    }
    // Powers of two: the quotient is exact, the product right to a nanosecond.
    return (long) ((double) rest / unitsPerSecond * PcapFormat.NANOS_PER_SECOND);
  }

  /** Whether times may be finer than a microsecond. */
  boolean isNanosecond() {
    return unitsPerSecond > MICROSECONDS;
  }
}
