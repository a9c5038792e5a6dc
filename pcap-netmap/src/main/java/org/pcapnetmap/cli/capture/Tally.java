package org.pcapnetmap.cli.capture;

/** What a capture has taken so far, and in which time. */
final class Tally {
  private static final double NANOS_PER_SECOND = 1e9;

  private final long start = System.nanoTime();
  private long packets;
  private long bytes;
  private long first;
  private long last = start;

  /** Adds packets that were taken together, until now. */
  void add(long morePackets, long moreBytes, long began, long now) {
    if (packets == 0) {
      first = began;
    }
    packets += morePackets;
    bytes += moreBytes;
    last = now;
  }

  long packets() {
    return packets;
  }

  /** Bytes that the packets had on the wire. */
  long bytes() {
    return bytes;
  }

  /** From the first packet to the last: waiting for traffic to begin is no part of a rate. */
  double seconds() {
    return packets == 0 ? 0 : (last - first) / NANOS_PER_SECOND;
  }

  /** From the start of the capture until the call. */
  double elapsedSeconds() {
    return (System.nanoTime() - start) / NANOS_PER_SECOND;
  }

  double packetsPerSecond() {
    return seconds() > 0 ? packets / seconds() : 0;
  }
}
