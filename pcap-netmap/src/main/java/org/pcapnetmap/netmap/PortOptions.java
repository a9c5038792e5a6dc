package org.pcapnetmap.netmap;

import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How to open a port. A zero means the device's default; sizes are ignored where the rings exist
 * already, because another raw opening of the port made them.
 *
 * @param mode what is shared with other openings
 * @param exclusive whether to be the port's only raw opening, as the suffix {@code /x} says
 * @param arrivals whether a raw opening's rings keep arrival times and directions, as a capture's
 *     always do; costs senders of small frames a quarter of their speed
 * @param promiscuous whether an interface is to take frames to other stations' addresses, too
 * @param txSlots slots of each transmit ring, 16 to 262144 (65536 in a pipe); default 1024 raw, 256
 *     capture
 * @param rxSlots slots of each receive ring, 16 to 262144 (65536 in a pipe); default 1024 raw, 4096
 *     capture
 * @param rxRoom bytes of packets to buffer as stock libpcap does; says how many slots receive rings
 *     have if that is the default: as many small frames as libpcap would have room for, in 32 MiB,
 *     or four times the bytes if that is more, and in a quarter of what the tmpfs has left at most;
 *     from 2 MiB on no fewer than the default, if that fits
 * @param bufferSize bytes of each buffer, a multiple of 64 from 64 to 65536; default 2112
 * @param txRings transmit rings, 1 to 16; default 1
 * @param rxRings receive rings, 1 to 16; default 1
 * @param areaSize bytes of address space for each opening of the switch, used only when this open
 *     creates the switch; default 512 MiB
 */
public record PortOptions(
    PortMode mode,
    boolean exclusive,
    boolean arrivals,
    boolean promiscuous,
    int txSlots,
    int rxSlots,
    int rxRoom,
    int bufferSize,
    int txRings,
    int rxRings,
    long areaSize) {

  private static final int EXCLUSIVE_FLAG = 1;
  private static final int ARRIVALS_FLAG = 2;
  private static final int PROMISCUOUS_FLAG = 16;
  // Ring views may outlive their port: what they show then must be nobody's.
  private static final int KEEP_VIEW_FLAG = 4;

  /** Checks that a mode is given; the device checks the numbers. */
  public PortOptions {
    Objects.requireNonNull(mode, "mode");
  }

  /**
   * The port's own rings with default sizes.
   *
   * @return options to refine
   */
  public static PortOptions raw() {
    return new PortOptions(PortMode.RAW, false, false, false, 0, 0, 0, 0, 0, 0, 0);
  }

  /**
   * A private copy of the port's traffic with default sizes.
   *
   * @return options to refine
   */
  public static PortOptions capture() {
    return raw().withMode(PortMode.CAPTURE);
  }

  /**
   * These options with another mode.
   *
   * @param newMode what is shared with other openings
   * @return a changed copy
   */
  public PortOptions withMode(PortMode newMode) {
    return with(copy -> copy.mode = newMode);
  }

  /**
   * These options with or without exclusive use.
   *
   * @param newExclusive whether to be the port's only raw opening
   * @return a changed copy
   */
  public PortOptions withExclusive(boolean newExclusive) {
    return with(copy -> copy.exclusive = newExclusive);
  }

  /**
   * These options with or without arrival times beside a raw opening's receive slots.
   *
   * @param newArrivals whether to keep them
   * @return a changed copy
   */
  public PortOptions withArrivals(boolean newArrivals) {
    return with(copy -> copy.arrivals = newArrivals);
  }

  /**
   * These options with or without promiscuous mode, which ports of switches do not know.
   *
   * @param newPromiscuous whether an interface is to take frames to other stations' addresses
   * @return a changed copy
   */
  public PortOptions withPromiscuous(boolean newPromiscuous) {
    return with(copy -> copy.promiscuous = newPromiscuous);
  }

  /**
   * These options with transmit rings of another size.
   *
   * @param slots 16 to 262144, in a pipe to 65536, 0 for the default
   * @return a changed copy
   */
  public PortOptions withTxSlots(int slots) {
    return with(copy -> copy.txSlots = slots);
  }

  /**
   * These options with receive rings of another size.
   *
   * @param slots 16 to 262144, in a pipe to 65536, 0 for the default
   * @return a changed copy
   */
  public PortOptions withRxSlots(int slots) {
    return with(copy -> copy.rxSlots = slots);
  }

  /**
   * These options with receive rings for as much as libpcap has room for in a buffer.
   *
   * @param bytes of packets; 0 for the default; of no account if slots are asked for
   * @return a changed copy
   */
  public PortOptions withRxRoom(int bytes) {
    return with(copy -> copy.rxRoom = bytes);
  }

  /**
   * These options with buffers of another size.
   *
   * @param bytes a multiple of 64 from 64 to 65536, 0 for the default
   * @return a changed copy
   */
  public PortOptions withBufferSize(int bytes) {
    return with(copy -> copy.bufferSize = bytes);
  }

  /**
   * These options with another number of rings.
   *
   * @param tx transmit rings, 1 to 16, 0 for the default
   * @param rx receive rings, 1 to 16, 0 for the default
   * @return a changed copy
   */
  public PortOptions withRings(int tx, int rx) {
    return with(
        copy -> {
          copy.txRings = tx;
          copy.rxRings = rx;
        });
  }

  /**
   * These options with areas of another size, for a switch that is made by this open.
   *
   * @param bytes address space for each opening, 0 for the default
   * @return a changed copy
   */
  public PortOptions withAreaSize(long bytes) {
    return with(copy -> copy.areaSize = bytes);
  }

  private PortOptions with(Consumer<Copy> change) {
    Copy copy = new Copy(this);
    change.accept(copy);
    return copy.done();
  }

  /** Options while one of them is changed. */
  private static final class Copy {
    private PortMode mode;
    private boolean exclusive;
    private boolean arrivals;
    private boolean promiscuous;
    private int txSlots;
    private int rxSlots;
    private int rxRoom;
    private int bufferSize;
    private int txRings;
    private int rxRings;
    private long areaSize;

    Copy(PortOptions from) {
      mode = from.mode;
      exclusive = from.exclusive;
      arrivals = from.arrivals;
      promiscuous = from.promiscuous;
      txSlots = from.txSlots;
      rxSlots = from.rxSlots;
      rxRoom = from.rxRoom;
      bufferSize = from.bufferSize;
      txRings = from.txRings;
      rxRings = from.rxRings;
      areaSize = from.areaSize;
    }

    PortOptions done() {
      return new PortOptions(
          mode,
          exclusive,
          arrivals,
          promiscuous,
          txSlots,
          rxSlots,
          rxRoom,
          bufferSize,
          txRings,
          rxRings,
          areaSize);
    }
  }

  /** These options in the device's own form. */
  ByteBuffer encode() {
    return NativeStruct.allocate(OptionsLayout.SIZE)
        .putInt(OptionsLayout.SIZE_OFFSET, OptionsLayout.SIZE)
        .putInt(OptionsLayout.MODE_OFFSET, mode.number())
        .putInt(OptionsLayout.FLAGS_OFFSET, flags())
        .putInt(OptionsLayout.TX_SLOTS_OFFSET, txSlots)
        .putInt(OptionsLayout.RX_SLOTS_OFFSET, rxSlots)
        .putInt(OptionsLayout.RX_ROOM_OFFSET, rxRoom)
        .putInt(OptionsLayout.BUF_SIZE_OFFSET, bufferSize)
        .putInt(OptionsLayout.TX_RINGS_OFFSET, txRings)
        .putInt(OptionsLayout.RX_RINGS_OFFSET, rxRings)
        .putLong(OptionsLayout.AREA_SIZE_OFFSET, areaSize);
  }

  private int flags() {
    return (exclusive ? EXCLUSIVE_FLAG : 0)
        | (arrivals ? ARRIVALS_FLAG : 0)
        | (promiscuous ? PROMISCUOUS_FLAG : 0)
        | KEEP_VIEW_FLAG;
  }
}
