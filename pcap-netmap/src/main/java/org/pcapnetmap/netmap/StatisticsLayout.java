package org.pcapnetmap.netmap;

/**
 * Offsets of an opening's counters: sixteen words of 64 bits, the first of them the structure's own
 * size.
 *
 * <pre>
 *     0 +---------------------------------------------------------------+
 *       |                             size                              |
 *     8 +---------------------------------------------------------------+
 *       |              published, published_bytes, dropped, ...         |
 *   128 +---------------------------------------------------------------+
 * </pre>
 *
 * <p>The C twin is {@code struct nmd_stats}; {@link PortStatistics} says what each counts.
 */
final class StatisticsLayout {
  static final int SIZE_OFFSET = 0;
  static final int PUBLISHED_OFFSET = SIZE_OFFSET + Long.BYTES;
  static final int PUBLISHED_BYTES_OFFSET = PUBLISHED_OFFSET + Long.BYTES;
  static final int DROPPED_OFFSET = PUBLISHED_BYTES_OFFSET + Long.BYTES;
  static final int FILTERED_OFFSET = DROPPED_OFFSET + Long.BYTES;
  static final int CONSUMED_OFFSET = FILTERED_OFFSET + Long.BYTES;
  static final int UNREAD_OFFSET = CONSUMED_OFFSET + Long.BYTES;
  static final int ABANDONED_OFFSET = UNREAD_OFFSET + Long.BYTES;
  static final int ACCEPTED_OFFSET = ABANDONED_OFFSET + Long.BYTES;
  static final int SENT_OFFSET = ACCEPTED_OFFSET + Long.BYTES;
  static final int SENT_BYTES_OFFSET = SENT_OFFSET + Long.BYTES;
  static final int SENT_BAD_OFFSET = SENT_BYTES_OFFSET + Long.BYTES;
  static final int OFFERED_OFFSET = SENT_BAD_OFFSET + Long.BYTES;
  static final int WAKEUPS_OFFSET = OFFERED_OFFSET + Long.BYTES;
  static final int SLEEPS_OFFSET = WAKEUPS_OFFSET + Long.BYTES;
  static final int TAKEOVERS_OFFSET = SLEEPS_OFFSET + Long.BYTES;
  static final int SIZE = TAKEOVERS_OFFSET + Long.BYTES;

  private StatisticsLayout() {}
}
