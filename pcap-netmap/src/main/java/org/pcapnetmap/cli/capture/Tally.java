package org.pcapnetmap.cli.capture;

/** What a capture has taken so far, and in which time. */
final class Tally {
  private static final double NANOS_PER_SECOND = 1e9;

  private final long start = System.nanoTime();
  private long packets;
  private long bytes;
  private long spanNanos;
  private long end;

  void add(long morePackets, long moreBytes) {
    packets += morePackets;
    bytes += moreBytes;
  }

  /**
   * Says which time all packets so far took.
   *
   * @param first nanoseconds of any clock
   * @param last nanoseconds of the same clock
   */
  void span(long first, long last) {
    spanNanos = last - first;
  }

  /** Ends the capture's time. */
  void end() {
    end = System.nanoTime();
  }

  long packets() {
    return packets;
  }

  /** Bytes that the packets had on the wire. */
  long bytes() {
    return bytes;
  }

  /**
   * From the first packet to the last: waiting for traffic to begin is no part of a rate. A single
   * packet, or several of one time, have no such span: then all the time of the capture.
   */
  double seconds() {
    return packets > 1 && spanNanos > 0 ? spanNanos / NANOS_PER_SECOND : elapsedSeconds();
  }

  /** From the start of the capture to its end, or until the call. */
  double elapsedSeconds() {
    return ((end == 0 ? System.nanoTime() : end) - start) / NANOS_PER_SECOND;
  }

  double packetsPerSecond() {
    return seconds() > 0 ? packets / seconds() : 0;
  }
}
