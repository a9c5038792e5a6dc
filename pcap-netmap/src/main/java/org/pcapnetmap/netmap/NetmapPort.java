package org.pcapnetmap.netmap;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * An opening of a netmap port.
 *
 * <pre>{@code
 * try (NetmapPort port = NetmapPort.open("vale0:1")) {
 *   while (port.await(NetmapPort.POLLIN, -1) > 0) {
 *     port.rxRing(0).read(handler, Integer.MAX_VALUE);
 *   }
 * }
 * }</pre>
 *
 * <p>Several threads may use a port, each ring by one at a time. A close ends the waits of other
 * threads and returns when no call is running any more; later calls throw {@link
 * IllegalStateException}.
 */
public final class NetmapPort implements AutoCloseable {
  /** Event of {@link #await}: there are slots to read beyond a receive ring's cur. */
  public static final int POLLIN = 0x001;

  /** Event of {@link #await}: there are free slots beyond a transmit ring's cur. */
  public static final int POLLOUT = 0x004;

  /** Result of {@link #await} when {@link #interrupt()} or {@link #close()} ended it. */
  public static final int INTERRUPTED = -DeviceError.EINTR;

  private final PortHandle handle;
  private final TxRing[] txRings;
  private final RxRing[] rxRings;
  private final AtomicBoolean interrupt = new AtomicBoolean();

  private NetmapPort(PortHandle handle, PortMemory memory) throws NetmapException {
    this.handle = handle;
    this.txRings = memory.txRings();
    this.rxRings = memory.rxRings();
  }

  /**
   * Opens a port with default options: its own rings, shared with its other raw openings.
   *
   * @param spec {@code vale<switch>:<port>}, an end of a pipe or a monitor; behind a port {@code
   *     -<k>} asks for one ring of each direction, {@code /R} or {@code /T} for its receive or
   *     transmit rings only, {@code /x} for it alone
   * @return the opening
   * @throws NetmapException of the subclass that tells the reason
   */
  public static NetmapPort open(String spec) throws NetmapException {
    return open(spec, PortOptions.raw());
  }

  /**
   * Opens a port.
   *
   * @param spec {@code vale<switch>:<port>}, an end of a pipe or a monitor; behind a port {@code
   *     -<k>} asks for one ring of each direction, {@code /R} or {@code /T} for its receive or
   *     transmit rings only, {@code /x} for it alone
   * @param options mode and sizes
   * @return the opening
   * @throws NetmapException of the subclass that tells the reason
   */
  public static NetmapPort open(String spec, PortOptions options) throws NetmapException {
    byte[] name = NativeStruct.cString(spec);
    ByteBuffer struct = options.encode();
    DeviceLoader.require();
    ByteBuffer address = NativeStruct.allocate(Long.BYTES);
    ByteBuffer error = NativeStruct.allocate(ErrorLayout.SIZE);
    int result = DeviceLibrary.nmd_open(name, struct, address, error);
    DeviceError.checkOpen(spec, result, error);
    return view(address.getLong(0));
  }

  private static NetmapPort view(long address) throws NetmapException {
    Pointer name = DeviceLibrary.nmd_name(address);
    PortHandle handle = new PortHandle(address, name.getString(0));
    ByteBuffer region = NativeStruct.allocate(RegionLayout.SIZE);
    DeviceLibrary.nmd_region(address, region);
    try {
      return new NetmapPort(handle, new PortMemory(handle.name(), region));
    } catch (NetmapException | RuntimeException e) {
      handle.close();
      throw e;
    }
  }

  /**
   * The opening's full name.
   *
   * @return for example {@code vale0:1}
   */
  public String name() {
    return handle.name();
  }

  /**
   * How many transmit rings the opening has.
   *
   * @return 1 to 16; 0 by {@code /R}
   */
  public int txRings() {
    return txRings.length;
  }

  /**
   * How many receive rings the opening has.
   *
   * @return 1 to 16; 0 by {@code /T}
   */
  public int rxRings() {
    return rxRings.length;
  }

  /**
   * A transmit ring.
   *
   * @param index 0 to {@code txRings() - 1}
   * @return always the same object
   */
  public TxRing txRing(int index) {
    return txRings[Objects.checkIndex(index, txRings.length)];
  }

  /**
   * A receive ring.
   *
   * @param index 0 to {@code rxRings() - 1}
   * @return always the same object
   */
  public RxRing rxRing(int index) {
    return rxRings[Objects.checkIndex(index, rxRings.length)];
  }

  /**
   * Sends the slots before each transmit ring's head.
   *
   * @return free slots over all transmit rings
   * @throws NetmapException if a ring's head or cur lies outside of what the program owns
   */
  public int txSync() throws NetmapException {
    long port = handle.enter();
    try {
      return synced("send", DeviceLibrary.nmd_txsync(port), txRings);
    } finally {
      handle.leave();
    }
  }

  /**
   * Gives back the slots before each receive ring's head and shows new frames.
   *
   * @return slots to read over all receive rings
   * @throws NetmapException if a ring's head or cur lies outside of what the program owns
   */
  public int rxSync() throws NetmapException {
    long port = handle.enter();
    try {
      return synced("receive", DeviceLibrary.nmd_rxsync(port), rxRings);
    } finally {
      handle.leave();
    }
  }

  /**
   * Waits until one of the events holds, with the syncs that belong to them.
   *
   * @param events {@link #POLLIN}, {@link #POLLOUT} or both
   * @param timeoutNanos how long to wait at most, in nanoseconds; negative for no limit
   * @return the events that hold, 0 when the time is over, {@link #INTERRUPTED} after {@link
   *     #interrupt()} or {@link #close()}
   * @throws NetmapException if the device cannot wait
   */
  public int await(int events, long timeoutNanos) throws NetmapException {
    long port = handle.enter();
    try {
      long start = timeoutNanos > 0 ? System.nanoTime() : 0;
      int result = DeviceLibrary.nmd_wait(port, events, timeoutNanos);
      // A signal that the JVM handles for itself ends a native wait too: go on waiting.
      while (result == INTERRUPTED && !isInterrupted()) {
        long left = timeoutNanos > 0 ? timeoutNanos - (System.nanoTime() - start) : timeoutNanos;
        result = DeviceLibrary.nmd_wait(port, events, timeoutNanos > 0 ? Math.max(left, 0) : left);
      }
      return result == INTERRUPTED ? result : check("wait", result);
    } finally {
      handle.leave();
    }
  }

  /** Ends the running {@link #await}, or else the next one. Does nothing after a close. */
  public void interrupt() {
    interrupt.set(true);
    if (handle.tryEnter()) {
      DeviceLibrary.nmd_interrupt(handle.address());
      handle.leave();
    }
  }

  /**
   * Sets the receive filter, which runs where frames are delivered. Unread frames pass it and the
   * direction as well, which cuts none of them; those that are rejected are given up.
   *
   * @param program the filter; {@link BpfProgram#ACCEPT_ALL} for none
   * @throws BadFilterException if it is no valid program
   * @throws NetmapException if the device cannot filter here
   */
  public void setFilter(BpfProgram program) throws NetmapException {
    ByteBuffer instructions = program.encode();
    long port = handle.enter();
    try {
      int result = DeviceLibrary.nmd_set_filter(port, instructions, program.length());
      if (result == -DeviceError.EINVAL) {
        throw new BadFilterException(
            DeviceError.EINVAL,
            name() + ": the filter is no valid BPF program; compile it with libpcap");
      }
      check("filter", result);
    } finally {
      handle.leave();
    }
  }

  /**
   * Sets how many bytes of a frame are copied, from the next frame on.
   *
   * @param bytes 0 for all
   * @throws IllegalArgumentException if bytes is negative
   * @throws NetmapException if the device cannot cut frames here
   */
  public void setSnapLength(int bytes) throws NetmapException {
    if (bytes < 0) {
      throw new IllegalArgumentException("a snap length of " + bytes + " bytes; use 0 for all");
    }
    long port = handle.enter();
    try {
      check("set the snap length", DeviceLibrary.nmd_set_snaplen(port, bytes));
    } finally {
      handle.leave();
    }
  }

  /**
   * Sets which frames a capture opening sees.
   *
   * @param direction from which side
   * @throws NetmapException if the device cannot tell directions here
   */
  public void setDirection(Direction direction) throws NetmapException {
    long port = handle.enter();
    try {
      check("set the direction", DeviceLibrary.nmd_set_direction(port, direction.number()));
    } finally {
      handle.leave();
    }
  }

  /**
   * The opening's counters.
   *
   * @return a snapshot, exact whenever nobody is sending
   * @throws NetmapException if the device does not count here
   */
  public PortStatistics statistics() throws NetmapException {
    ByteBuffer struct = NativeStruct.allocate(StatisticsLayout.SIZE);
    struct.putLong(StatisticsLayout.SIZE_OFFSET, StatisticsLayout.SIZE);
    long port = handle.enter();
    try {
      check("count", DeviceLibrary.nmd_stats(port, struct));
      return PortStatistics.decode(struct, 0);
    } finally {
      handle.leave();
    }
  }

  /**
   * How many other openings are on this port's switch now.
   *
   * <p>An interface has one while there is a link. On a pipe of the kernel's netmap, programs of
   * others do not count.
   *
   * @return 0 or more
   * @throws NetmapException if the switch cannot be read
   */
  public int peers() throws NetmapException {
    long port = handle.enter();
    try {
      return check("count peers", DeviceLibrary.nmd_peers(port));
    } finally {
      handle.leave();
    }
  }

  /** Closes the opening; the port goes with its last one. Later calls do nothing. */
  @Override
  public void close() {
    handle.close();
  }

  private boolean isInterrupted() {
    return interrupt.getAndSet(false) || handle.isClosed();
  }

  /**
   * Another thread that syncs the same ring does the work: then what is there now is the answer.
   */
  private int synced(String what, int result, NetmapRing[] rings) throws NetmapException {
    if (result != -DeviceError.EBUSY) {
      return check(what, result);
    }
    int available = 0;
    for (NetmapRing ring : rings) {
      available += ring.available();
    }
    return available;
  }

  private int check(String what, int result) throws NetmapException {
    if (result < 0) {
      throw DeviceError.ofCall(-result, name() + ": cannot " + what);
    }
    return result;
  }
}
