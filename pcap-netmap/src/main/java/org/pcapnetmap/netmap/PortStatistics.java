package org.pcapnetmap.netmap;

import java.nio.ByteBuffer;

/**
 * Counters of one opening since it was opened, exact whenever nobody is sending.
 *
 * <p>What others offered to it is {@code published + dropped + filtered}, and {@code published} is
 * {@code consumed + unread + abandoned}.
 *
 * @param published slots put into the receive rings
 * @param publishedBytes bytes put into the receive rings
 * @param dropped frames lost because the receive ring was full
 * @param filtered frames rejected by filter or direction
 * @param consumed slots that the reader gave back
 * @param unread slots in the receive rings now
 * @param abandoned slots given up by a filter change
 * @param accepted frames put into the receive rings; less than published where a frame took several
 *     slots
 * @param sent slots that the opening's transmit rings sent
 * @param sentBytes bytes that the opening's transmit rings sent
 * @param sentBad slots not sent, because their buffer index or length was out of range, or an
 *     interface refused them
 * @param offered pairs of frame and receiver that this opening offered
 * @param wakeups wake-ups that others sent to this opening
 * @param sleeps how often a reader slept
 * @param takeovers locks of dead owners that were taken over here
 */
public record PortStatistics(
    long published,
    long publishedBytes,
    long dropped,
    long filtered,
    long consumed,
    long unread,
    long abandoned,
    long accepted,
    long sent,
    long sentBytes,
    long sentBad,
    long offered,
    long wakeups,
    long sleeps,
    long takeovers) {

  /** The counters that the device wrote at offset. */
  static PortStatistics decode(ByteBuffer struct, int offset) {
    return new PortStatistics(
        struct.getLong(offset + StatisticsLayout.PUBLISHED_OFFSET),
        struct.getLong(offset + StatisticsLayout.PUBLISHED_BYTES_OFFSET),
        struct.getLong(offset + StatisticsLayout.DROPPED_OFFSET),
        struct.getLong(offset + StatisticsLayout.FILTERED_OFFSET),
        struct.getLong(offset + StatisticsLayout.CONSUMED_OFFSET),
        struct.getLong(offset + StatisticsLayout.UNREAD_OFFSET),
        struct.getLong(offset + StatisticsLayout.ABANDONED_OFFSET),
        struct.getLong(offset + StatisticsLayout.ACCEPTED_OFFSET),
        struct.getLong(offset + StatisticsLayout.SENT_OFFSET),
        struct.getLong(offset + StatisticsLayout.SENT_BYTES_OFFSET),
        struct.getLong(offset + StatisticsLayout.SENT_BAD_OFFSET),
        struct.getLong(offset + StatisticsLayout.OFFERED_OFFSET),
        struct.getLong(offset + StatisticsLayout.WAKEUPS_OFFSET),
        struct.getLong(offset + StatisticsLayout.SLEEPS_OFFSET),
        struct.getLong(offset + StatisticsLayout.TAKEOVERS_OFFSET));
  }
}
