package org.pcapnetmap.netmap;

/**
 * Offsets of one entry of the list of pairs.
 *
 * <pre>
 *     0 +---------------------------------------------------------------+
 *       |                     switch_name, 16 bytes                     |
 *    16 +---------------------------------------------------------------+
 *       |                     sender_port, 32 bytes                     |
 *    48 +---------------------------------------------------------------+
 *       |                    receiver_port, 32 bytes                    |
 *    80 +-------------------------------+-------------------------------+
 *       |            sender             |           receiver            |
 *    88 +-------------------------------+-------------------------------+
 *       |            sender_generation, receiver_generation             |
 *   104 +---------------------------------------------------------------+
 *       |         offered, accepted, bytes, dropped, filtered,          |
 *       |                      wakeups, takeovers                       |
 *   160 +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The C twin is {@code struct nmd_pair}; {@link PairCounters} says what each means.
 */
final class PairLayout {
  static final int SWITCH_NAME_OFFSET = 0;
  static final int SWITCH_NAME_SIZE = 16;
  static final int SENDER_PORT_OFFSET = SWITCH_NAME_OFFSET + SWITCH_NAME_SIZE;
  static final int PORT_NAME_SIZE = 32;
  static final int RECEIVER_PORT_OFFSET = SENDER_PORT_OFFSET + PORT_NAME_SIZE;
  static final int SENDER_OFFSET = RECEIVER_PORT_OFFSET + PORT_NAME_SIZE;
  static final int RECEIVER_OFFSET = SENDER_OFFSET + Integer.BYTES;
  static final int SENDER_GENERATION_OFFSET = RECEIVER_OFFSET + Integer.BYTES;
  static final int RECEIVER_GENERATION_OFFSET = SENDER_GENERATION_OFFSET + Long.BYTES;
  static final int OFFERED_OFFSET = RECEIVER_GENERATION_OFFSET + Long.BYTES;
  static final int ACCEPTED_OFFSET = OFFERED_OFFSET + Long.BYTES;
  static final int BYTES_OFFSET = ACCEPTED_OFFSET + Long.BYTES;
  static final int DROPPED_OFFSET = BYTES_OFFSET + Long.BYTES;
  static final int FILTERED_OFFSET = DROPPED_OFFSET + Long.BYTES;
  static final int WAKEUPS_OFFSET = FILTERED_OFFSET + Long.BYTES;
  static final int TAKEOVERS_OFFSET = WAKEUPS_OFFSET + Long.BYTES;
  static final int SIZE = TAKEOVERS_OFFSET + Long.BYTES;

  private PairLayout() {}
}
