package org.pcapnetmap.cli.send;

import java.io.IOException;
import org.pcapnetmap.cli.CommandException;
import org.pcapnetmap.netmap.TxRing;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.PcapHandle;
import org.pcapnetmap.pcap.PcapPacket;
import org.pcapnetmap.pcap.SavefileHandle;
import org.pcapnetmap.pcap.SendQueue;

/**
 * The packets of a savefile, once or several times, each at the time at which it came, or as soon
 * as possible. The file is read anew for each round, so that its length does not matter.
 */
final class SavefileTraffic implements Traffic {
  private final String file;
  private final boolean ownPace;
  private final PcapPacket packet = new PcapPacket();
  private SavefileHandle reader;
  private long roundsLeft;
  private long number;
  private long cut;
  private boolean pending;
  private long epoch;

  /** When the latest packet was due: the next round begins there. */
  private long lastDue = Long.MIN_VALUE;

  private boolean began;

  /**
   * Opens the savefile.
   *
   * @param rounds how many times to send it
   * @param ownPace whether packets keep the distances at which they were captured
   */
  SavefileTraffic(String file, long rounds, boolean ownPace) throws IOException {
    this.file = file;
    this.ownPace = ownPace;
    this.roundsLeft = rounds;
    nextRound();
    advance();
  }

  /** Packets sent so far of which the file holds the beginning only. */
  long cut() {
    return cut;
  }

  private void nextRound() throws IOException {
    reader = PcapHandle.offline(file);
    roundsLeft--;
    number = 0;
    if (reader.linktype() != Datalink.EN10MB) {
      reader.close();
      throw new CommandException(
          file
              + ": holds packets of link type "
              + reader.linktype()
              + ", ports take Ethernet (1) only; convert it first");
    }
  }

  /** Goes to the next packet; at the file's end to the first one of the next round. */
  private void advance() throws IOException {
    pending = reader.next(packet);
    while (!pending && roundsLeft > 0 && number > 0) {
      reader.close();
      nextRound();
      began = false;
      pending = reader.next(packet);
    }
    number++;
  }

  @Override
  public int fill(SendQueue queue, int limit, long now) throws IOException {
    int count = 0;
    while (count < limit && pending && untilDue(now) == 0 && put(queue)) {
      count++;
      advance();
    }
    return count;
  }

  /** False when there is no room for it. */
  private boolean put(SendQueue queue) throws IOException {
    int length = packet.capturedLength();
    if (length > queue.largestFrame()) {
      throw new CommandException(
          file
              + ": packet "
              + number
              + " has "
              + length
              + " bytes, the port's transmit ring takes "
              + queue.largestFrame()
              + (queue.largestFrame() < TxRing.MAX_FRAME
                  ? "; use --buffer-size or more --slots"
                  : ", and no port more; leave it out"));
    }
    if (!queue.offer(packet.buffer(), packet.offset(), length)) {
      return false;
    }
    cut += length < packet.wireLength() ? 1 : 0;
    return true;
  }

  @Override
  public long untilDue(long now) {
    if (!ownPace || !pending) {
      return 0;
    }
    if (!began) {
      began = true;
      // The first packet of a later round follows at once on the last of the one before.
      epoch = Math.max(now, lastDue) - packet.timeNanos();
    }
    lastDue = Math.max(lastDue, epoch + packet.timeNanos());
    return Math.max(0, epoch + packet.timeNanos() - now);
  }

  @Override
  public boolean ended() {
    return !pending;
  }

  @Override
  public void close() throws IOException {
    reader.close();
  }
}
