package org.pcapnetmap.cli.capture;

import java.io.IOException;
import org.pcapnetmap.netmap.RxRing;
import org.pcapnetmap.netmap.SlotFlags;
import org.pcapnetmap.pcap.PacketSink;

/**
 * Moves frames from a receive ring into a sink, straight from where they lie. A frame of several
 * slots is one packet. Nothing is allocated.
 */
final class FrameMover {
  private final PacketSink sink;
  private long frames;
  private long bytes;
  private long firstArrival = Long.MAX_VALUE;
  private long lastArrival = Long.MIN_VALUE;

  FrameMover(PacketSink sink) {
    this.sink = sink;
  }

  /** Frames moved since the mover was made. */
  long frames() {
    return frames;
  }

  /** Bytes that these frames had on the wire. */
  long bytes() {
    return bytes;
  }

  /** When the earliest of these frames came, in nanoseconds of the epoch; only if there is one. */
  long firstArrivalNanos() {
    return firstArrival;
  }

  /** When the latest of these frames came, in nanoseconds of the epoch; only if there is one. */
  long lastArrivalNanos() {
    return lastArrival;
  }

  /**
   * Moves what is there and gives the slots back, also when the sink fails.
   *
   * @param slots the most slots to look at, so that the sender soon gets room again
   * @param limit the most frames to move
   * @return how many slots were given back
   */
  int move(RxRing ring, int slots, long limit) throws IOException {
    int there = Math.min(ring.available(), slots);
    int slot = ring.head();
    long last = limit == Long.MAX_VALUE ? limit : frames + limit;
    int moved = 0;
    try {
      while (moved < there && frames < last) {
        int pieces = moveFrame(ring, slot, there - moved);
        if (pieces == 0) {
          break;
        }
        slot = skip(ring, slot, pieces);
        moved += pieces;
      }
    } finally {
      ring.advanceTo(slot);
    }
    return moved;
  }

  private static int skip(RxRing ring, int slot, int slots) {
    int next = slot + slots;
    return next >= ring.numSlots() ? next - ring.numSlots() : next;
  }

  /** Moves one frame and returns how many slots it took; 0 if not all of them may be read yet. */
  private int moveFrame(RxRing ring, int slot, int there) throws IOException {
    boolean single = (ring.flags(slot) & SlotFlags.MORE_FRAGMENTS) == 0;
    int length = length(ring, slot);
    int pieces = 1;
    if (!single) {
      pieces = pieces(ring, slot, there);
      length = lengthOf(ring, slot, pieces);
    }
    if (pieces > 0) {
      int wire = Math.max(length, ring.wireLength(slot));
      long arrival = ring.arrivalTimeNanos(slot);
      sink.begin(length, wire, arrival, ring.direction(slot));
      append(ring, slot, pieces);
      sink.end();
      frames++;
      bytes += wire;
      firstArrival = Math.min(firstArrival, arrival);
      lastArrival = Math.max(lastArrival, arrival);
    }
    return pieces;
  }

  private void append(RxRing ring, int first, int pieces) throws IOException {
    int slot = first;
    for (int i = 0; i < pieces; i++) {
      sink.append(ring.buffer(), ring.bufferOffset(slot), length(ring, slot));
      slot = ring.next(slot);
    }
  }

  /** How many slots the frame takes; 0 when its end lies beyond those that are there. */
  private static int pieces(RxRing ring, int first, int there) {
    int slot = first;
    for (int pieces = 1; pieces <= there; pieces++) {
      if ((ring.flags(slot) & SlotFlags.MORE_FRAGMENTS) == 0) {
        return pieces;
      }
      slot = ring.next(slot);
    }
    return 0;
  }

  private static int lengthOf(RxRing ring, int first, int pieces) {
    int slot = first;
    int length = 0;
    for (int i = 0; i < pieces; i++) {
      length += length(ring, slot);
      slot = ring.next(slot);
    }
    return length;
  }

  /**
   * A neighbour on the switch may have spoiled the slot: believe it only up to the buffer's end.
   */
  private static int length(RxRing ring, int slot) {
    return Math.min(ring.length(slot), ring.bufferSize());
  }
}
