package org.pcapnetmap.pcap4j.engine;

import java.nio.ByteBuffer;
import org.pcap4j.core.NetmapPacket;
import org.pcapnetmap.pcap.PcapPacket;

/** A packet in the ring, and the clock that its time is told by. */
final class RingPacket extends NetmapPacket {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  /** The engine's view, for packets that are read one by one. */
  final PcapPacket view = new PcapPacket();

  private final int nanosPerUnit;
  private long time = -1;

  /** Packets with times in units of so many nanoseconds. */
  RingPacket(int nanosPerUnit) {
    this.nanosPerUnit = nanosPerUnit;
  }

  void showView() {
    show(view.buffer(), view.offset(), view.capturedLength(), view.wireLength(), view.timeNanos());
  }

  void show(ByteBuffer buffer, int offset, int length, int wireLength, long timeNanos) {
    set(buffer, offset, length, wireLength);
    if (timeNanos != time) { // packets of one batch have one time
      time = timeNanos;
      long seconds = Math.floorDiv(timeNanos, NANOS_PER_SECOND);
      setTime(seconds, (int) (timeNanos - seconds * NANOS_PER_SECOND) / nanosPerUnit);
    }
  }
}
