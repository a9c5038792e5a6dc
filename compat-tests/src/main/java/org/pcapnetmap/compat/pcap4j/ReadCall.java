package org.pcapnetmap.compat.pcap4j;

import java.io.EOFException;
import java.util.concurrent.TimeoutException;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PacketListener;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.RawPacketListener;

/** How a program reads packets by pcap4j. */
public enum ReadCall {
  /** Packets as arrays, in one call. */
  LOOP("loop(RawPacketListener)") {
    @Override
    void readSome(PcapHandle handle, int count, Tally tally)
        throws PcapNativeException, InterruptedException, NotOpenException {
      RawPacketListener listener = packet -> tally.add();
      handle.loop(count, listener);
    }
  },
  /** Packets as arrays, as many at a time as are there. */
  DISPATCH("dispatch(RawPacketListener)") {
    @Override
    void readSome(PcapHandle handle, int count, Tally tally)
        throws PcapNativeException, InterruptedException, NotOpenException {
      RawPacketListener listener = packet -> tally.add();
      handle.dispatch(count, listener);
    }
  },
  /** One array after the other. */
  NEXT("getNextRawPacket") {
    @Override
    void readSome(PcapHandle handle, int count, Tally tally) throws NotOpenException {
      for (int i = 0; i != count && handle.getNextRawPacket() != null; i++) {
        tally.add();
      }
    }
  },
  /** One array after the other, by the call that tells why there is none. */
  NEXT_EX("getNextRawPacketEx") {
    @Override
    void readSome(PcapHandle handle, int count, Tally tally)
        throws PcapNativeException, NotOpenException, InterruptedException {
      try {
        for (int i = 0; i != count; i++) {
          handle.getNextRawPacketEx();
          tally.add();
        }
      } catch (TimeoutException e) {
        return; // the caller comes again
      } catch (EOFException e) {
        throw interrupted(e);
      }
    }
  },
  /** Packets as objects, in one call. */
  PARSED("loop(PacketListener), parsed") {
    @Override
    void readSome(PcapHandle handle, int count, Tally tally)
        throws PcapNativeException, InterruptedException, NotOpenException {
      PacketListener listener = packet -> tally.add();
      handle.loop(count, listener);
    }
  };

  private final String text;

  ReadCall(String text) {
    this.text = text;
  }

  /**
   * Reads packets.
   *
   * @param count how many at most; -1 for no limit
   * @param tally counts them
   * @throws InterruptedException when breakLoop, or the end of a savefile, has ended it
   */
  abstract void readSome(PcapHandle handle, int count, Tally tally)
      throws PcapNativeException, InterruptedException, NotOpenException;

  /** Reads so many packets of a port. */
  void read(PcapHandle handle, int count, Tally tally)
      throws PcapNativeException, InterruptedException, NotOpenException {
    long end = tally.count() + count;
    for (long left = count; left > 0; left = end - tally.count()) {
      readSome(handle, (int) left, tally);
    }
  }

  private static InterruptedException interrupted(Exception cause) {
    InterruptedException thrown = new InterruptedException(cause.getMessage());
    thrown.initCause(cause);
    return thrown;
  }

  @Override
  public String toString() {
    return text;
  }
}
