package org.pcapnetmap.netmap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * A ring of slots in memory that the program shares with the device.
 *
 * <p>The slots from {@code head} up to {@code tail} are the program's, all others the device's. The
 * program moves {@code head} and {@code cur}, the device moves {@code tail}, and only inside a sync
 * or a wait. No method here calls native code or allocates. One thread at a time may use a ring.
 * After the port is closed, its rings show no more frames and what is written to them is lost.
 */
public abstract class NetmapRing {
  private static final VarHandle INT =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

  private static final int LENGTH_MASK = 0xffff;

  /** The memory of all rings of the port. */
  final ByteBuffer buffer;

  /** How many slots there are. */
  final int numSlots;

  /** Bytes from one buffer to the next. */
  final int bufferSize;

  private final int base;
  private final int slotsBase;
  private final int buffersBase;
  private final int buffers;

  NetmapRing(ByteBuffer buffer, RingPlace place) {
    this.buffer = buffer;
    this.base = place.base();
    this.slotsBase = base + RingLayout.SLOT_OFFSET;
    this.numSlots = place.numSlots();
    this.bufferSize = place.bufferSize();
    this.buffersBase = place.buffersBase();
    this.buffers = place.buffers();
  }

  /**
   * The memory of all rings of the port, in the machine's byte order. Use its absolute methods
   * only: position and limit are shared by everyone who reads the port.
   *
   * @return always the same direct buffer
   */
  public final ByteBuffer buffer() {
    return buffer;
  }

  /**
   * How many slots the ring has.
   *
   * @return 16 to 262144, not always a power of two
   */
  public final int numSlots() {
    return numSlots;
  }

  /**
   * How many bytes of a frame one slot can hold.
   *
   * @return bytes from one buffer to the next
   */
  public final int bufferSize() {
    return bufferSize;
  }

  /**
   * The first slot that the program owns.
   *
   * @return 0 to {@code numSlots() - 1}; anything if another user of the switch spoiled the ring
   */
  public final int head() {
    return (int) INT.getAcquire(buffer, base + RingLayout.HEAD_OFFSET);
  }

  /**
   * The slot beyond which the program wants to be woken.
   *
   * @return 0 to {@code numSlots() - 1}; anything if another user of the switch spoiled the ring
   */
  public final int cur() {
    return (int) INT.getAcquire(buffer, base + RingLayout.CUR_OFFSET);
  }

  /**
   * The first slot that the program does not own.
   *
   * @return 0 to {@code numSlots() - 1}; anything if another user of the switch spoiled the ring
   */
  public final int tail() {
    return (int) INT.getAcquire(buffer, base + RingLayout.TAIL_OFFSET);
  }

  /**
   * Gives the slots before this one to the device, which takes them in the next sync.
   *
   * @param slot from {@code head()} to {@code tail()}
   */
  public final void setHead(int slot) {
    INT.setRelease(buffer, base + RingLayout.HEAD_OFFSET, slot);
  }

  /**
   * Says what a wait is for: slots beyond this one.
   *
   * @param slot from {@code head()} to {@code tail()}
   */
  public final void setCur(int slot) {
    INT.setRelease(buffer, base + RingLayout.CUR_OFFSET, slot);
  }

  /**
   * Moves head and cur together: all slots before this one are done.
   *
   * @param slot from {@code head()} to {@code tail()}
   */
  public final void advanceTo(int slot) {
    setCur(slot);
    setHead(slot);
  }

  /**
   * The slot after this one; the first comes after the last.
   *
   * @param slot 0 to {@code numSlots() - 1}
   * @return 0 to {@code numSlots() - 1}
   */
  public final int next(int slot) {
    int next = slot + 1;
    return next >= numSlots ? 0 : next;
  }

  /**
   * How many slots the program owns: free room of a transmit ring, unread slots of a receive ring.
   *
   * @return 0 to {@code numSlots() - 1}; 0 too where head or tail is no slot, since another user of
   *     the switch spoiled the ring: the next sync finds that and puts the ring back
   */
  public final int available() {
    return availableFrom(head());
  }

  /**
   * The same from a head that was read before: another user of the switch may move it meanwhile.
   */
  final int availableFrom(int head) {
    int tail = tail();
    if (!isSlot(head) || !isSlot(tail)) {
      return 0;
    }
    int distance = tail - head;
    return distance < 0 ? distance + numSlots : distance;
  }

  private boolean isSlot(int slot) {
    return slot >= 0 && slot < numSlots;
  }

  /**
   * Which buffer a slot holds.
   *
   * @param slot 0 to {@code numSlots() - 1}
   * @return the buffer's index, as the slot says
   */
  public final int bufferIndex(int slot) {
    return buffer.getInt(slotOffset(slot) + SlotLayout.BUF_IDX_OFFSET);
  }

  /**
   * Puts another buffer into a slot; the caller sets {@link SlotFlags#BUF_CHANGED} too, and takes
   * the slot's old buffer for the slot where this one came from.
   *
   * @param slot a slot that the program owns
   * @param index the buffer's index
   */
  public final void setBufferIndex(int slot, int index) {
    buffer.putInt(slotOffset(slot) + SlotLayout.BUF_IDX_OFFSET, index);
  }

  /**
   * How many bytes of frame data a slot holds.
   *
   * @param slot 0 to {@code numSlots() - 1}
   * @return 0 to 65535; the slot lies in shared memory and may say more than the buffer holds
   */
  public final int length(int slot) {
    return buffer.getShort(slotOffset(slot) + SlotLayout.LEN_OFFSET) & LENGTH_MASK;
  }

  /**
   * Says how many bytes of frame data a slot holds.
   *
   * @param slot a slot that the program owns
   * @param length bytes, 0 to {@code bufferSize()}
   */
  public final void setLength(int slot, int length) {
    buffer.putShort(slotOffset(slot) + SlotLayout.LEN_OFFSET, (short) length);
  }

  /**
   * The flags of a slot.
   *
   * @param slot 0 to {@code numSlots() - 1}
   * @return bits of {@link SlotFlags}
   */
  public final int flags(int slot) {
    return buffer.getShort(slotOffset(slot) + SlotLayout.FLAGS_OFFSET) & LENGTH_MASK;
  }

  /**
   * Sets the flags of a slot.
   *
   * @param slot a slot that the program owns
   * @param flags bits of {@link SlotFlags}
   */
  public final void setFlags(int slot, int flags) {
    buffer.putShort(slotOffset(slot) + SlotLayout.FLAGS_OFFSET, (short) flags);
  }

  /**
   * Where the buffer of a slot begins.
   *
   * @param slot 0 to {@code numSlots() - 1}
   * @return offset in {@link #buffer()}
   * @throws IndexOutOfBoundsException if the slot names a buffer that does not exist, which means
   *     that another user of the switch spoiled the ring
   */
  public final int bufferOffset(int slot) {
    return buffersBase + Objects.checkIndex(bufferIndex(slot), buffers) * bufferSize;
  }

  private int slotOffset(int slot) {
    return slotsBase + slot * SlotLayout.SIZE;
  }
}
