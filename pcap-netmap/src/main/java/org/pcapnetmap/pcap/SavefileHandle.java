package org.pcapnetmap.pcap;

import java.io.IOException;
import org.pcapnetmap.netmap.BpfProgram;

/** The packets of a savefile; see {@link PcapHandle#offline}. */
public final class SavefileHandle extends PcapHandle {
  private final String name;
  private final SavefileReader reader;
  private final PcapPacket packet = new PcapPacket();
  private PacketFilter filter;
  private TimePrecision precision = TimePrecision.NANO;
  private int most = MAX_SNAPLEN;
  private long filtered;

  SavefileHandle(String name, SavefileReader reader) {
    this.name = name;
    this.reader = reader;
  }

  @Override
  public int dispatch(int count, PacketHandler handler) throws IOException {
    return read(count > 0 ? count : UNLIMITED, handler);
  }

  @Override
  public int loop(int count, PacketHandler handler) throws IOException {
    return Math.min(dispatch(count, handler), 0);
  }

  @Override
  public synchronized int nextEx(PcapPacket target) throws IOException {
    requireOpen(name);
    return takeBreak() || !advance(target) ? BREAK : 1;
  }

  private synchronized int read(int count, PacketHandler handler) throws IOException {
    requireOpen(name);
    int done = 0;
    while (done < count && !isStopping() && advance(packet)) {
      done++;
      handler.onPacket(
          packet.buffer,
          packet.offset,
          packet.capturedLength,
          packet.wireLength,
          packet.timeNanos,
          packet.direction);
    }
    return takeBreak() ? BREAK : done;
  }

  /** Goes on to the next packet that the filter accepts. */
  private boolean advance(PcapPacket target) throws IOException {
    try {
      while (reader.next(target)) {
        int kept = filter == null ? UNLIMITED : filter.accept(target);
        if (kept > 0) {
          finish(target, kept);
          return true;
        }
        filtered++;
      }
      return false;
    } catch (IOException e) {
      if (isClosed()) {
        return false;
      }
      throw e;
    }
  }

  private void finish(PcapPacket target, int kept) throws IOException {
    if (target.linktype != reader.linktype()) {
      throw new PcapException(
          name
              + ": holds packets of link types "
              + reader.linktype()
              + " and "
              + target.linktype
              + ", which do not go together; split the file by interface first");
    }
    target.capturedLength = Math.min(target.capturedLength, Math.min(kept, most));
    target.timeNanos = precision.of(target.timeNanos);
  }

  /**
   * Sets how fine times are from now on; nanoseconds unless set.
   *
   * @param newPrecision finer than the file's adds zeros
   */
  public synchronized void setPrecision(TimePrecision newPrecision) {
    precision = newPrecision;
  }

  /**
   * Sets the most bytes to take of each packet from now on.
   *
   * @param bytes 0 or less for all that the file has
   */
  public synchronized void cutTo(int bytes) {
    most = bytes <= 0 ? MAX_SNAPLEN : bytes;
  }

  @Override
  public synchronized void setFilter(BpfProgram program) throws IOException {
    requireOpen(name);
    filter = program.length() == 0 ? null : PacketFilter.of(program);
  }

  /** Returns how many packets the filter has rejected so far. */
  public long filtered() {
    return filtered;
  }

  /** Returns whether times in the file are finer than a microsecond. */
  public boolean isNanosecond() {
    return reader.isNanosecond();
  }

  @Override
  public int linktype() {
    return reader.linktype();
  }

  @Override
  public int snaplen() {
    return reader.snaplen();
  }

  @Override
  void release() throws IOException {
    reader.close();
  }
}
