package org.pcapnetmap.compat.pcap4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/** A count that one thread keeps, at the price of a plain field, and others look at. */
final class Tally {
  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(Tally.class, "count", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  @SuppressWarnings("UnusedVariable") // by its handle
  private long count;

  /** One more. */
  void add() {
    COUNT.setOpaque(this, (long) COUNT.getOpaque(this) + 1);
  }

  long count() {
    return (long) COUNT.getOpaque(this);
  }
}
