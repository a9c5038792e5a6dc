package org.pcapnetmap.netmap;

import java.nio.ByteBuffer;

/**
 * What one opening has sent to another, in frames, since the later of the two was opened; exact
 * whenever nobody is sending.
 *
 * <p>{@code offered} is {@code accepted + dropped + filtered}, and the sum over all senders of a
 * receiver is what its own {@link PortStatistics} say. Openings that share rings count together,
 * under the lowest of their numbers.
 *
 * @param switchName the switch, for example {@code vale0}
 * @param senderPort port of the sender, for example {@code 1}; empty for {@link #CLOSED}
 * @param receiverPort port of the receiver
 * @param sender number of the sending opening, 0 to 253, or {@link #CLOSED}
 * @param receiver number of the receiving opening, 0 to 253
 * @param senderGeneration as in {@link OpeningInfo}; 0 for {@link #CLOSED}
 * @param receiverGeneration as in {@link OpeningInfo}
 * @param offered frames that were to go there
 * @param accepted frames put into the receive rings
 * @param bytes wire bytes of the accepted frames
 * @param dropped frames lost for lack of room, or because a stopped process holds the ring
 * @param filtered frames rejected by filter or direction
 * @param wakeups how often the sender woke the receiver
 * @param takeovers locks of the receiver's rings that the sender took over from dead owners
 */
public record PairCounters(
    String switchName,
    String senderPort,
    String receiverPort,
    int sender,
    int receiver,
    long senderGeneration,
    long receiverGeneration,
    long offered,
    long accepted,
    long bytes,
    long dropped,
    long filtered,
    long wakeups,
    long takeovers) {

  /** The sender's number where the entry sums up all that have closed since. */
  public static final int CLOSED = -1;

  /** The entry that the device wrote at offset. */
  static PairCounters decode(ByteBuffer s, int offset) {
    return new PairCounters(
        NativeStruct.text(s, offset + PairLayout.SWITCH_NAME_OFFSET, PairLayout.SWITCH_NAME_SIZE),
        NativeStruct.text(s, offset + PairLayout.SENDER_PORT_OFFSET, PairLayout.PORT_NAME_SIZE),
        NativeStruct.text(s, offset + PairLayout.RECEIVER_PORT_OFFSET, PairLayout.PORT_NAME_SIZE),
        s.getInt(offset + PairLayout.SENDER_OFFSET),
        s.getInt(offset + PairLayout.RECEIVER_OFFSET),
        s.getLong(offset + PairLayout.SENDER_GENERATION_OFFSET),
        s.getLong(offset + PairLayout.RECEIVER_GENERATION_OFFSET),
        s.getLong(offset + PairLayout.OFFERED_OFFSET),
        s.getLong(offset + PairLayout.ACCEPTED_OFFSET),
        s.getLong(offset + PairLayout.BYTES_OFFSET),
        s.getLong(offset + PairLayout.DROPPED_OFFSET),
        s.getLong(offset + PairLayout.FILTERED_OFFSET),
        s.getLong(offset + PairLayout.WAKEUPS_OFFSET),
        s.getLong(offset + PairLayout.TAKEOVERS_OFFSET));
  }
}
