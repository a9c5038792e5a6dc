package org.pcapnetmap.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.SlotFlags;
import org.pcapnetmap.netmap.TxRing;

/**
 * Frames on their way out of a port: filled in one by one, sent together.
 *
 * <pre>{@code
 * SendQueue queue = handle.sendQueue();
 * while (queue.room() > 0) {
 *   int at = queue.claim();
 *   // write the frame to queue.buffer() from index at on
 *   queue.commit(length);
 * }
 * queue.flush();
 * }</pre>
 *
 * <p>One thread at a time may fill the queue or {@linkplain LiveHandle#inject inject}. Nothing here
 * allocates; only {@link #flush} and waiting for room call native code.
 */
public final class SendQueue {
  /** What the kernel takes on an Ethernet interface: at least the header. */
  private static final int SHORTEST_FRAME = 14;

  /** A full ring is looked at again after this time, whoever should have woken us. */
  private static final long PATIENCE_NANOS = 10_000_000;

  private final LiveHandle handle;
  private final NetmapPort port;
  private final TxRing ring;
  private final int largestFrame;

  /** The slot to fill next; what the ring says others on the switch may have written. */
  private int next;

  /** Filled so far by frames that had others before. */
  private long furtherSlots;

  SendQueue(LiveHandle handle, NetmapPort port) {
    this.handle = handle;
    this.port = port;
    this.ring = port.txRing(0);
    int slots = Math.min(TxRing.MAX_FRAGMENTS, ring.numSlots() - 1);
    this.largestFrame = Math.min(TxRing.MAX_FRAME, slots * ring.bufferSize());
    restart();
  }

  private void restart() {
    next = checked(ring.head(), 0);
  }

  private int checked(int slot, int otherwise) {
    return slot >= 0 && slot < ring.numSlots() ? slot : otherwise;
  }

  /** Returns the direct buffer that frames are written to; leave its position and limit alone. */
  public ByteBuffer buffer() {
    return ring.buffer();
  }

  /** Returns how many slots there are. */
  public int slots() {
    return ring.numSlots();
  }

  /** Returns how many bytes a slot holds. */
  public int slotSize() {
    return ring.bufferSize();
  }

  /** Returns the length of the longest frame that can be sent, in bytes. */
  public int largestFrame() {
    return largestFrame;
  }

  /** Returns how many slots are free: frames up to {@link #slotSize()} take one each. */
  public int room() {
    int distance = checked(ring.tail(), next) - next;
    return distance < 0 ? distance + ring.numSlots() : distance;
  }

  /** Returns the number of the slot that {@link #claim} gives, 0 to {@code slots() - 1}. */
  public int slot() {
    return next;
  }

  /**
   * The place of the next frame, if there is {@link #room}. It holds what was sent from this slot
   * the last time.
   *
   * @return index in {@link #buffer()}, {@link #slotSize()} bytes from which on may be written
   * @throws PcapException when another program has spoiled the slot, which is then passed over
   */
  public int claim() throws PcapException {
    try {
      return ring.bufferOffset(next);
    } catch (IndexOutOfBoundsException spoiled) {
      commit(0); // the device passes over empty slots
      throw new PcapException(
          port.name()
              + ": another program on the switch has spoiled a transmit slot; the frame was not"
              + " sent, stop that program");
    }
  }

  /**
   * Queues the frame that was written where {@link #claim} said.
   *
   * @param length bytes, 1 to {@link #slotSize()}
   */
  public void commit(int length) {
    ring.setLength(next, length);
    ring.setFlags(next, 0);
    next = ring.next(next);
  }

  /** Queues what was claimed with the length that it had when this slot was sent before. */
  public void commitAgain() {
    next = ring.next(next);
  }

  /**
   * Queues a copy of a frame.
   *
   * @param frame holds it
   * @param offset of its first byte, independent of the buffer's position
   * @param length bytes, 1 to {@link #largestFrame()}
   * @return false when there is no room for it
   * @throws IOException when it is too long, or another program has spoiled the ring
   */
  public boolean offer(ByteBuffer frame, int offset, int length) throws IOException {
    if (length > ring.bufferSize()) {
      return offerWhole(frame, offset, length);
    }
    if (room() == 0) {
      return false;
    }
    FrameCopy.copy(frame, offset, ring.buffer(), claim(), length);
    commit(length);
    return true;
  }

  /** A frame of several slots. */
  private boolean offerWhole(ByteBuffer frame, int offset, int length) throws IOException {
    checkLargest(length);
    int parts = (length + ring.bufferSize() - 1) / ring.bufferSize();
    if (room() < parts) {
      return false;
    }
    ring.advanceTo(next);
    try {
      boolean there = ring.offer(frame, offset, length);
      restart();
      furtherSlots += there ? parts - 1 : 0;
      return there;
    } catch (IndexOutOfBoundsException e) {
      throw spoiled();
    }
  }

  /**
   * Returns how many of the slots that were sent, or found bad, did not begin a frame: what the
   * port's statistics have more than frames.
   */
  public long furtherSlotsSent() {
    long queued = 0;
    for (int slot = next, left = ring.numSlots() - 1 - room(); left > 0; left--) {
      slot = slot == 0 ? ring.numSlots() - 1 : slot - 1;
      queued += (ring.flags(slot) & SlotFlags.MORE_FRAGMENTS) != 0 ? 1 : 0;
    }
    return Math.max(0, furtherSlots - queued);
  }

  private void checkLargest(int length) throws PcapException {
    if (length > largestFrame) {
      throw new PcapException(
          port.name()
              + ": send: Message too long (a frame of "
              + length
              + " bytes, the port takes "
              + largestFrame
              + ")");
    }
  }

  private PcapException spoiled() {
    return new PcapException(
        port.name()
            + ": another program on the switch has spoiled the transmit ring; stop that program");
  }

  /**
   * Sends what is queued. What a full receiver had no room for it drops and counts.
   *
   * @throws FrameRefusedException when an interface has refused some of it
   * @throws IOException when it cannot be sent
   */
  public void flush() throws IOException {
    ring.advanceTo(next);
    try {
      port.txSync();
    } catch (NetmapException e) {
      throw failure(e);
    }
  }

  private IOException failure(NetmapException e) {
    return switch (e.errno()) {
      case Errno.EMSGSIZE ->
          new FrameRefusedException(
              port.name() + ": send: Message too long (for the interface's MTU)", e);
      case Errno.ENETDOWN -> new FrameRefusedException(e.getMessage(), e);
      case Errno.EINVAL -> {
        restart();
        yield spoiled();
      }
      default -> e;
    };
  }

  /** Returns whether the wait was ended by {@link LiveHandle#breakLoop()}. */
  private boolean isInterrupted(long timeoutNanos) throws IOException {
    try {
      return port.await(NetmapPort.POLLOUT, timeoutNanos) == NetmapPort.INTERRUPTED;
    } catch (NetmapException e) {
      throw failure(e);
    }
  }

  /**
   * Sends what is queued and waits until a slot is free.
   *
   * @param timeoutNanos how long to wait at most, in nanoseconds
   * @return whether one is; false also when the wait was ended by {@link LiveHandle#breakLoop()}
   * @throws FrameRefusedException when an interface has refused some of it
   * @throws IOException when it cannot be sent
   * @throws IllegalStateException when the handle is closed
   */
  public boolean awaitRoom(long timeoutNanos) throws IOException {
    flush();
    if (room() == 0 && isInterrupted(timeoutNanos)) {
      handle.passInterruptOn();
    }
    return room() > 0;
  }

  /** Returns whether nothing is queued that the other end of a pipe has not taken. */
  public boolean isEmpty() {
    return room() == ring.numSlots() - 1;
  }

  /**
   * Sends what is queued and waits until more slots are free than before: a pipe takes frames as
   * its reader makes room.
   *
   * @param timeoutNanos how long to wait at most, in nanoseconds
   * @throws IOException when it cannot be sent
   * @throws IllegalStateException when the handle is closed
   */
  public void awaitMoreRoom(long timeoutNanos) throws IOException {
    flush();
    if (isEmpty()) {
      return;
    }
    ring.setCur(ring.tail()); // the wait is for slots beyond this one
    try {
      if (isInterrupted(timeoutNanos)) {
        handle.passInterruptOn();
      }
    } finally {
      ring.setCur(next);
    }
  }

  synchronized int inject(ByteBuffer frame, int offset, int length) throws IOException {
    checkInjected(length);
    while (!offer(frame, offset, length)) {
      keepWaiting();
    }
    flush();
    return length;
  }

  synchronized int inject(byte[] frame, int offset, int length) throws IOException {
    enqueue(frame, offset, length);
    flush();
    return length;
  }

  /** Queues a frame, after waiting for room if need be. */
  synchronized void enqueue(byte[] frame, int offset, int length) throws IOException {
    checkInjected(length);
    if (length > ring.bufferSize()) {
      inject(ByteBuffer.wrap(frame), offset, length);
      return;
    }
    while (room() == 0) {
      keepWaiting();
    }
    ring.buffer().put(claim(), frame, offset, length);
    commit(length);
  }

  private void keepWaiting() throws IOException {
    if (handle.isEnding()) {
      throw new PcapException(port.name() + ": the handle was closed while a send waited for room");
    }
    awaitMoreRoom(PATIENCE_NANOS); // the frame may take several slots
  }

  private void checkInjected(int length) throws PcapException {
    handle.requireOpen(port.name());
    if (length < SHORTEST_FRAME) {
      throw new PcapException(
          port.name()
              + ": send: Invalid argument (a frame of "
              + length
              + " bytes, an Ethernet header alone has "
              + SHORTEST_FRAME
              + ")");
    }
    checkLargest(length);
  }
}
