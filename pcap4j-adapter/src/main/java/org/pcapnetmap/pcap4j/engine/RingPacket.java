package org.pcapnetmap.pcap4j.engine;

import java.nio.ByteBuffer;
import org.pcap4j.core.NetmapPacket;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.pcap.PacketHandler;

/** A packet in the ring or taken out of it, and the clock that its time is told by. */
final class RingPacket extends NetmapPacket implements PacketHandler {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final int nanosPerUnit;
  private long time = -1;
  private boolean taken;

  /** Packets with times in units of so many nanoseconds. */
  RingPacket(int nanosPerUnit) {
    this.nanosPerUnit = nanosPerUnit;
  }

  /**
   * Takes a packet out of the ring: pcap4j looks at one that was read by itself when other threads
   * may read on already, or close. It makes an array of it anyway, and is given this one.
   */
  @Override
  public void onPacket(
      ByteBuffer buffer, int offset, int length, int wire, long time, Direction direction) {
    byte[] copy = new byte[length];
    buffer.get(offset, copy);
    keep(copy, wire);
    tell(time);
    taken = true;
  }

  /** Whether a packet has been taken since the last time this was asked. */
  boolean wasTaken() {
    boolean was = taken;
    taken = false;
    return was;
  }

  /** Shows a packet of a loop, which goes on when pcap4j has looked at it. */
  void show(ByteBuffer buffer, int offset, int length, int wireLength, long timeNanos) {
    set(buffer, offset, length, wireLength);
    tell(timeNanos);
  }

  private void tell(long timeNanos) {
    if (timeNanos != time) { // packets of one batch have one time
      time = timeNanos;
      long seconds = Math.floorDiv(timeNanos, NANOS_PER_SECOND);
      setTime(seconds, (int) (timeNanos - seconds * NANOS_PER_SECOND) / nanosPerUnit);
    }
  }
}
