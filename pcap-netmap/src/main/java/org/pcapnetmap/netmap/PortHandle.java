package org.pcapnetmap.netmap;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A port's address, lent to native calls one at a time, so that a close frees the port only after
 * the last running call has returned.
 */
final class PortHandle {
  private static final VarHandle STATE;
  private static final int CLOSED = Integer.MIN_VALUE;

  static {
    try {
      STATE = MethodHandles.lookup().findVarHandle(PortHandle.class, "state", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final long address;
  private final String name;
  private volatile Thread closer;

  /** How many calls are running; the sign bit is set once the port closes. */
  private volatile int state;

  PortHandle(long address, String name) {
    this.address = address;
    this.name = name;
  }

  String name() {
    return name;
  }

  boolean isClosed() {
    return state < 0;
  }

  /** The port's address, valid between {@link #enter()} and {@link #leave()}. */
  long address() {
    return address;
  }

  /** Borrows the address for a native call; {@link #leave()} must follow. */
  long enter() {
    if (!tryEnter()) {
      throw new IllegalStateException(name + " is closed; open it again");
    }
    return address;
  }

  /** Whether the address may be used now; if so, {@link #leave()} must follow. */
  boolean tryEnter() {
    if ((int) STATE.getAndAdd(this, 1) >= 0) {
      return true;
    }
    leave();
    return false;
  }

  /** Ends what {@link #enter()} began. */
  void leave() {
    if ((int) STATE.getAndAdd(this, -1) < 0) {
      LockSupport.unpark(closer);
    }
  }

  /** Ends waits, lets running calls return, frees the port. Later calls do nothing. */
  synchronized void close() {
    if (state < 0) {
      return;
    }
    closer = Thread.currentThread();
    int running = (int) STATE.getAndBitwiseOr(this, CLOSED);
    while (running != 0) {
      // One interrupt ends one wait; whoever returns wakes us to look for the next.
      DeviceLibrary.nmd_interrupt(address);
      LockSupport.park(this);
      running = state & ~CLOSED;
    }
    DeviceLibrary.nmd_close(address);
  }
}
