package org.pcapnetmap.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.IntSupplier;
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

  /** Up to the slot olderEnd are frames that the device took in and that are looked at here. */
  private boolean older;

  private int olderEnd;
  private Direction seen = Direction.INOUT;
  private PacketFilter filter; // that the device does not run, or null
  private final PcapPacket candidate = new PcapPacket();
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
    older = false;
    look();
  }

  /** Takes over what the last sync has shown; a tail that is none shows nothing. */
  void look() {
    int shown = ring.tail();
    tail = isSlot(shown) ? shown : next;
    if (filter != null) {
      lookAtUnread();
    }
  }

  private void lookAtUnread() {
    olderEnd = tail;
    older = next != tail;
  }

  private boolean isSlot(int slot) {
    return slot >= 0 && slot < ring.numSlots();
  }

  /** Of what is unread now only the frames of this direction will be seen. */
  void setDirection(Direction direction) {
    seen = direction;
    if (direction != Direction.INOUT || filter != null) {
      lookAtUnread();
    }
  }

  /**
   * Sets a filter that the device does not run; it cuts no packets.
   *
   * @param newFilter from the next {@link #restart} on; null for none
   */
  void setFilter(PacketFilter newFilter) {
    filter = newFilter;
  }

  /** Passes over frames that came before the direction that hides them, or are rejected here. */
  private void passHidden() {
    while (next != olderEnd && isHidden()) {
      passFrame();
    }
    older = next != olderEnd;
  }

  private boolean isHidden() {
    boolean isSeen = seen == Direction.INOUT || ring.direction(next) == seen;
    return !isSeen || (filter != null && !isAccepted());
  }

  private boolean isAccepted() {
    int wire = ring.wireLength(next);
    if ((ring.flags(next) & SlotFlags.MORE_FRAGMENTS) == 0) {
      int offset = offset(next);
      int length = lengthAt(next, offset);
      candidate.set(ring.buffer(), Math.max(offset, 0), length, Math.max(length, wire), 0, seen);
    } else {
      int length = look(this::gather);
      candidate.set(whole, 0, length, Math.max(length, wire), 0, seen);
    }
    return filter.accept(candidate) != 0;
  }

  /** Reads without moving on. */
  private int look(IntSupplier reading) {
    int before = next;
    int takenBefore = taken;
    int result = reading.getAsInt();
    next = before;
    taken = takenBefore;
    return result;
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
    if (older) {
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
    } while (done < max && next != tail && taken < batch && !older && !handle.isStopping());
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
      length = lengthAt(slot, offset);
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

  private int lengthAt(int slot, int offset) {
    return offset < 0 ? 0 : Math.min(ring.length(slot), ring.bufferSize());
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
    int there = lengthAt(slot, from);
    int length = Math.min(there, whole.capacity() - at);
    if (length > 0) {
      whole.put(at, ring.buffer(), from, length);
    }
    return length;
  }
}
