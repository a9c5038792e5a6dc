package org.pcapnetmap.netmap;

/** What an entry of a switch's error log is about; the device's {@code enum nmd_error_kind}. */
public enum ErrorKind {
  /** Of a later version of the device. */
  UNKNOWN,
  /** A lock of a dead process was taken over. */
  TAKEOVER,
  /** A lock's holder does not go on: frames are dropped. */
  STUCK,
  /** A filter in shared memory changes all the time: frames to its owner are dropped. */
  SETTINGS,
  /** A filter does not check: all frames are rejected. */
  FILTER,
  /** A program's ring indices were nonsense: the ring was reset. */
  RING,
  /** Slots with a buffer index or length out of range. */
  SLOTS,
  /** A descriptor could not be written to, so that a reader woke up later. */
  WAKE,
  /** A program ended without closing its port. */
  LEFT,
  /** A port could not be opened. */
  OPEN,
  /** The log is full; the count is of the errors that it had no room for. */
  FULL;

  private static final ErrorKind[] KINDS = values();

  /** The kind with the device's number. */
  static ErrorKind of(int number) {
    return number > 0 && number < KINDS.length ? KINDS[number] : UNKNOWN;
  }
}
