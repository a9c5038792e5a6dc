package org.pcapnetmap.cli.send;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.pcapnetmap.cli.CommandException;
import org.pcapnetmap.netmap.TxRing;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.FrameCopy;
import org.pcapnetmap.pcap.PcapPacket;
import org.pcapnetmap.pcap.SavefileReader;

/**
 * The packets of a savefile, once or several times, each at the time at which it came, or as soon
 * as possible. The file is read anew for each round, so that its length does not matter.
 */
final class SavefileTraffic implements Traffic {
  private final String file;
  private final boolean ownPace;
  private final PcapPacket packet = new PcapPacket();
  private SavefileReader reader;
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
    reader = SavefileReader.open(file);
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
  public int fill(TxRing ring, int limit, long now) throws IOException {
    int count = 0;
    int slot = ring.head();
    try {
      while (count < limit && pending && untilDue(now) == 0) {
        put(ring, slot);
        slot = ring.next(slot);
        count++;
        advance();
      }
    } finally {
      ring.advanceTo(slot);
    }
    return count;
  }

  private void put(TxRing ring, int slot) throws IOException {
    int length = packet.capturedLength();
    ByteBuffer source = packet.buffer();
    if (length > ring.bufferSize()) {
      throw new CommandException(
          file
              + ": packet "
              + number
              + " has "
              + length
              + " bytes, the port's buffers hold "
              + ring.bufferSize()
              + "; use --buffer-size");
    }
    FrameCopy.copy(source, packet.offset(), ring.buffer(), ring.bufferOffset(slot), length);
    ring.setLength(slot, length);
    ring.setFlags(slot, 0);
    cut += length < packet.wireLength() ? 1 : 0;
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
