package org.pcapnetmap.netmap;

/**
 * Offsets of one entry of the list of distinct errors.
 *
 * <pre>
 *     0 +---------------------------------------------------------------+
 *       |                     switch_name, 16 bytes                     |
 *    16 +---------------------------------------------------------------+
 *       |                       program, 32 bytes                       |
 *    48 +-------------------------------+-------------------------------+
 *       |             kind              |              pid              |
 *    56 +-------------------------------+-------------------------------+
 *       |            opening            |           reserved            |
 *    64 +-------------------------------+-------------------------------+
 *       |                   count, first_ns, last_ns                    |
 *    88 +---------------------------------------------------------------+
 *       |                        text, 168 bytes                        |
 *   256 +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The C twin is {@code struct nmd_logged}; {@link LoggedError} says what each means.
 */
final class LoggedErrorLayout {
  static final int SWITCH_NAME_OFFSET = 0;
  static final int SWITCH_NAME_SIZE = 16;
  static final int PROGRAM_OFFSET = SWITCH_NAME_OFFSET + SWITCH_NAME_SIZE;
  static final int PROGRAM_SIZE = 32;
  static final int KIND_OFFSET = PROGRAM_OFFSET + PROGRAM_SIZE;
  static final int PID_OFFSET = KIND_OFFSET + Integer.BYTES;
  static final int OPENING_OFFSET = PID_OFFSET + Integer.BYTES;
  static final int COUNT_OFFSET = OPENING_OFFSET + 2 * Integer.BYTES;
  static final int FIRST_NS_OFFSET = COUNT_OFFSET + Long.BYTES;
  static final int LAST_NS_OFFSET = FIRST_NS_OFFSET + Long.BYTES;
  static final int TEXT_OFFSET = LAST_NS_OFFSET + Long.BYTES;
  static final int TEXT_SIZE = 168;
  static final int SIZE = TEXT_OFFSET + TEXT_SIZE;

  private LoggedErrorLayout() {}
}
