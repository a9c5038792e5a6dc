package org.pcapnetmap.netmap;

import java.nio.ByteBuffer;

/**
 * A distinct error of a switch, from the log in its shared file: all that have the same kind and
 * text.
 *
 * @param switchName the switch, for example {@code vale0}
 * @param kind what it is about
 * @param program who met it first; for {@link ErrorKind#LEFT} the program that ended
 * @param pid that program's process, in its own process namespace
 * @param opening its number on the switch, 0 to 253, or {@link #NO_OPENING}
 * @param count how often it was met
 * @param firstNanos when it was met first, in nanoseconds since 1970; 0 for {@link ErrorKind#FULL}
 * @param lastNanos when it was met last, likewise
 * @param text one line: the port, the reason, the remedy
 */
public record LoggedError(
    String switchName,
    ErrorKind kind,
    String program,
    int pid,
    int opening,
    long count,
    long firstNanos,
    long lastNanos,
    String text) {

  /** The number of an opening where there was none. */
  public static final int NO_OPENING = -1;

  /** The entry that the device wrote at offset. */
  static LoggedError decode(ByteBuffer s, int offset) {
    return new LoggedError(
        NativeStruct.text(
            s, offset + LoggedErrorLayout.SWITCH_NAME_OFFSET, LoggedErrorLayout.SWITCH_NAME_SIZE),
        ErrorKind.of(s.getInt(offset + LoggedErrorLayout.KIND_OFFSET)),
        NativeStruct.text(
            s, offset + LoggedErrorLayout.PROGRAM_OFFSET, LoggedErrorLayout.PROGRAM_SIZE),
        s.getInt(offset + LoggedErrorLayout.PID_OFFSET),
        s.getInt(offset + LoggedErrorLayout.OPENING_OFFSET),
        s.getLong(offset + LoggedErrorLayout.COUNT_OFFSET),
        s.getLong(offset + LoggedErrorLayout.FIRST_NS_OFFSET),
        s.getLong(offset + LoggedErrorLayout.LAST_NS_OFFSET),
        NativeStruct.text(s, offset + LoggedErrorLayout.TEXT_OFFSET, LoggedErrorLayout.TEXT_SIZE));
  }
}
