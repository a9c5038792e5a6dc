package org.pcapnetmap.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.netmap.RxRing;
import org.pcapnetmap.netmap.SlotFlags;

/**
 * The reader's place in one receive ring. Slots are handed out where they lie and given back in
 * batches, so that the sender soon has room again but its cache lines are touched seldom.
 *
 * <p>The ring lies in memory that others on the switch can write to: the place is kept here, what
 * the ring says is believed only as far as it can be true.
 */
final class RingReader {
  /** Few enough slots to stay in the cache, enough to pay for the native call that follows. */
  private static final int LARGEST_BATCH = 512;

  private final PcapHandle handle;
  private final RxRing ring;
  private final int snaplen;
  private final TimePrecision precision;
  private final int batch;

  private int next;
  private int tail;
  private int taken;

  /** Which frames to see of those up to the slot olderEnd; null when all are as they should be. */
  private Direction seen;

  private int olderEnd;
  private long exactTime;
  private long time;

  /** For frames of several slots; made for the first of them. */
  private ByteBuffer whole;

  RingReader(PcapHandle handle, RxRing ring, int snaplen, TimePrecision precision) {
    this.handle = handle;
    this.ring = ring;
    this.snaplen = snaplen;
    this.precision = precision;
    this.batch = Math.max(1, Math.min(LARGEST_BATCH, ring.numSlots() / 4));
    restart();
  }

  /** Takes over where the device says reading goes on. */
  void restart() {
    int head = ring.head();
    next = isSlot(head) ? head : 0;
    taken = 0;
    seen = null;
    look();
  }

  /** Takes over what the last sync has shown; a tail that is none shows nothing. */
  void look() {
    int shown = ring.tail();
    tail = isSlot(shown) ? shown : next;
  }

  private boolean isSlot(int slot) {
    return slot >= 0 && slot < ring.numSlots();
  }

  /** Of what is unread now only the frames of this direction will be seen. */
  void setDirection(Direction direction) {
    olderEnd = tail;
    seen = direction == Direction.INOUT ? null : direction;
  }

  /** Passes over frames that came before the direction that hides them was set. */
  private void passHidden() {
    while (next != olderEnd && ring.direction(next) != seen) {
      passFrame();
    }
    if (next == olderEnd) {
      seen = null;
    }
  }

  private void passFrame() {
    boolean more = true;
    while (more && next != olderEnd) {
      more = (ring.flags(next) & SlotFlags.MORE_FRAGMENTS) != 0;
      pass(next);
    }
  }

  /** Whether a frame is there. */
  boolean hasUnread() {
    if (seen != null) {
      passHidden();
    }
    return next != tail;
  }

  /** Whether the slots handed out should be given back before more are. */
  boolean isBatchFull() {
    return taken >= batch;
  }

  /** Whether slots were handed out and not given back. */
  boolean hasTaken() {
    return taken > 0;
  }

  /** Gives back what was handed out, in the next sync. */
  void giveBack() {
    ring.advanceTo(next);
    taken = 0;
  }

  /**
   * Hands out frames while there are any, the batch is not full and nobody ends the reading.
   *
   * @param max at least 1
   * @return how many
   */
  int read(int max, PacketHandler handler) throws IOException {
    int done = 0;
    do {
      handOut(handler);
      done++;
    } while (done < max && next != tail && taken < batch && seen == null && !handle.isStopping());
    return done;
  }

  private void handOut(PacketHandler handler) throws IOException {
    int slot = next;
    int wire = ring.wireLength(slot);
    ByteBuffer buffer = ring.buffer();
    int offset = 0;
    int length;
    if ((ring.flags(slot) & SlotFlags.MORE_FRAGMENTS) == 0) {
      offset = offset(slot);
      length = offset < 0 ? 0 : Math.min(ring.length(slot), ring.bufferSize());
      pass(slot);
    } else {
      length = gather();
      buffer = whole;
    }
    length = Math.min(length, snaplen);
    handler.onPacket(
        buffer,
        Math.max(offset, 0),
        length,
        Math.max(length, wire),
        timeOf(slot),
        ring.direction(slot));
  }

  /** The place in memory of a slot's bytes; negative when somebody has spoiled the slot. */
  private int offset(int slot) {
    try {
      return ring.bufferOffset(slot);
    } catch (IndexOutOfBoundsException spoiled) {
      return -1;
    }
  }

  private void pass(int slot) {
    next = ring.next(slot);
    taken++;
  }

  /** Frames of one batch have one time. */
  private long timeOf(int slot) {
    long exact = ring.arrivalTimeNanos(slot);
    if (exact != exactTime) {
      exactTime = exact;
      time = precision.of(exact);
    }
    return time;
  }

  /** Puts a frame of several slots together; returns its length. */
  private int gather() {
    if (whole == null) {
      whole = ByteBuffer.allocateDirect(snaplen).order(ring.buffer().order());
    }
    int length = 0;
    boolean more = true;
    while (more && next != tail) {
      int slot = next;
      more = (ring.flags(slot) & SlotFlags.MORE_FRAGMENTS) != 0;
      length += append(slot, length);
      pass(slot);
    }
    return length;
  }

  private int append(int slot, int at) {
    int from = offset(slot);
    int there = from < 0 ? 0 : Math.min(ring.length(slot), ring.bufferSize());
    int length = Math.min(there, whole.capacity() - at);
    if (length > 0) {
      whole.put(at, ring.buffer(), from, length);
    }
    return length;
  }
}
