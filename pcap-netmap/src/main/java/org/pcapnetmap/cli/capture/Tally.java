package org.pcapnetmap.cli.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.pcap.PacketHandler;

/** Hands packets on, and counts what a capture has taken so far, and in which time. */
final class Tally implements PacketHandler {
  private static final double NANOS_PER_SECOND = 1e9;

  private final PacketHandler sink;
  private final boolean arrivalsTell;
  private final long start = System.nanoTime();
  private long packets;
  private long bytes;
  private long firstArrival = Long.MAX_VALUE;
  private long lastArrival = Long.MIN_VALUE;
  private long end;

  private Tally(PacketHandler sink, boolean arrivalsTell) {
    this.sink = sink;
    this.arrivalsTell = arrivalsTell;
  }

  /** A tally of packets that come while it runs. */
  static Tally ofArrivals(PacketHandler sink) {
    return new Tally(sink, true);
  }

  /** A tally of packets that came long ago. */
  static Tally ofSavefile(PacketHandler sink) {
    return new Tally(sink, false);
  }

  /** What the sink refuses does not count. */
  @Override
  public void onPacket(
      ByteBuffer buffer,
      int offset,
      int length,
      int wireLength,
      long timeNanos,
      Direction direction)
      throws IOException {
    sink.onPacket(buffer, offset, length, wireLength, timeNanos, direction);
    packets++;
    bytes += wireLength;
    firstArrival = Math.min(firstArrival, timeNanos);
    lastArrival = Math.max(lastArrival, timeNanos);
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
   * From the first packet's arrival to the last one's: waiting for traffic to begin is no part of a
   * rate. A single packet, or several of one time, have no such span: then all the time of the
   * capture.
   */
  double seconds() {
    boolean span = arrivalsTell && lastArrival > firstArrival;
    return span ? (lastArrival - firstArrival) / NANOS_PER_SECOND : elapsedSeconds();
  }

  /** From the start of the capture to its end, or until the call. */
  double elapsedSeconds() {
    return ((end == 0 ? System.nanoTime() : end) - start) / NANOS_PER_SECOND;
  }

  double packetsPerSecond() {
    return seconds() > 0 ? packets / seconds() : 0;
  }
}
