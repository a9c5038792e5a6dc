package org.pcapnetmap.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.pcapnetmap.netmap.BpfProgram;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.PortStatistics;

/**
 * A port that packets are read from and sent to; see {@link PcapHandle#live}. It sees what the port
 * receives and what the port's other openings send, not what it sends itself. Reading and sending
 * may go on in two threads at once.
 */
public final class LiveHandle extends PcapHandle {
  private static final long FOREVER = -1;

  /** How long to let another thread go on that syncs the same ring. */
  private static final long BUSY_NANOS = 50_000;

  private static final List<Integer> LINKTYPES = List.of(Datalink.EN10MB, Datalink.DOCSIS);

  private final NetmapPort port;
  private final int snaplen;
  private final RingReader[] rings;
  private final SendQueue sendQueue; // null without transmit rings
  private final DeferredSender deferred; // likewise
  private final PacketHandler keeper = this::keep; // a break after its packet is the next read's

  /** Held by the thread that reads; fair, so that a reader lets those in who change its filter. */
  private final ReentrantLock reading = new ReentrantLock(true);

  private final AtomicInteger visitors = new AtomicInteger();
  private volatile boolean nonBlocking;
  private volatile int linktype = Datalink.EN10MB;
  private PcapPacket wanted;
  private int turn;

  LiveHandle(NetmapPort port, int snaplen, TimePrecision precision, boolean nonBlocking) {
    this.port = port;
    this.snaplen = snaplen;
    this.nonBlocking = nonBlocking;
    this.sendQueue = port.txRings() > 0 ? new SendQueue(this, port) : null;
    this.deferred = sendQueue == null ? null : new DeferredSender(this, sendQueue);
    this.rings = new RingReader[port.rxRings()];
    for (int i = 0; i < rings.length; i++) {
      rings[i] = new RingReader(this, port.rxRing(i), snaplen, precision);
    }
  }

  /**
   * The port's full name.
   *
   * @return for example {@code vale0:1}
   */
  public String name() {
    return port.name();
  }

  @Override
  public int dispatch(int count, PacketHandler handler) throws IOException {
    return dispatch(count, handler, nonBlocking ? 0 : FOREVER);
  }

  /**
   * Reads what is there, waiting for it no longer than a time.
   *
   * @param count the most packets; 0 or less for what the rings hold
   * @param handler called for each
   * @param timeoutNanos how long to wait for the first one, in nanoseconds; 0 not at all, negative
   *     without limit
   * @return packets read, 0 when none came in time, or {@link #BREAK}
   * @throws IOException when the port cannot be read, or the handler throws it
   * @throws IllegalStateException when the handle was closed before
   */
  public int dispatch(int count, PacketHandler handler, long timeoutNanos) throws IOException {
    requireOpen(name());
    reading.lock();
    try {
      int result = read(count > 0 ? count : capacity(), timeoutNanos, handler);
      // What was read is given back soon, but not for each packet when they are read one by one.
      if (hasTaken() && (unread() == null || rings[turn].isBatchFull())) {
        sync();
      }
      return result;
    } finally {
      reading.unlock();
    }
  }

  /**
   * Gives the slots of packets that were read back to the device now, and not together with those
   * of the next ones, so that its counters tell what was read.
   *
   * @throws NetmapException when the port cannot be read
   * @throws IllegalStateException when the handle was closed before
   */
  public void settle() throws NetmapException {
    requireOpen(name());
    reading.lock();
    try {
      sync();
    } finally {
      reading.unlock();
    }
  }

  private int capacity() {
    return rings.length == 0 ? 1 : rings.length * port.rxRing(0).numSlots();
  }

  @Override
  public int loop(int count, PacketHandler handler) throws IOException {
    int left = count;
    do {
      int done = dispatch(left, handler, FOREVER);
      if (done < 0) {
        return done;
      }
      left -= count > 0 ? done : 0;
    } while (count <= 0 || left > 0);
    return 0;
  }

  @Override
  public int nextEx(PcapPacket packet) throws IOException {
    return nextEx(packet, nonBlocking ? 0 : FOREVER);
  }

  /**
   * Reads one packet, which stays where it is until the next read, waiting for it no longer than a
   * time.
   *
   * @param packet is filled with it
   * @param timeoutNanos how long to wait for it, in nanoseconds; 0 not at all, negative without
   *     limit
   * @return 1, 0 when none came in time, or {@link #BREAK}
   * @throws IOException when the port cannot be read
   * @throws IllegalStateException when the handle was closed before
   */
  public int nextEx(PcapPacket packet, long timeoutNanos) throws IOException {
    requireOpen(name());
    reading.lock();
    try {
      wanted = packet;
      return read(1, timeoutNanos, keeper);
    } finally {
      reading.unlock();
    }
  }

  private void keep(
      ByteBuffer buffer, int offset, int length, int wire, long time, Direction direction) {
    wanted.set(buffer, offset, length, wire, time, direction);
    wanted.linktype = linktype;
  }

  private int read(int max, long timeoutNanos, PacketHandler handler) throws IOException {
    long start = timeoutNanos > 0 ? System.nanoTime() : 0;
    long left = timeoutNanos;
    int done = 0;
    while (done < max) {
      if (takeBreak()) {
        return BREAK;
      }
      letVisitorsIn();
      RingReader ring = ready(left == 0);
      if (ring != null) {
        done += ring.read(max - done, handler);
      } else if (done > 0 || left == 0) {
        break;
      } else {
        await(left);
        left = left < 0 ? left : Math.max(0, timeoutNanos - (System.nanoTime() - start));
      }
    }
    return handler != keeper && takeBreak() ? BREAK : done;
  }

  /** A ring to read from, after a sync where one is due; null when nothing is there. */
  private RingReader ready(boolean syncNow) throws NetmapException {
    RingReader ring = unread();
    if (ring == null ? syncNow || hasTaken() : ring.isBatchFull()) {
      sync();
      ring = unread();
    }
    return ring;
  }

  /** A ring with unread frames, beginning with the one read last; or null. */
  private RingReader unread() {
    for (int i = 0; i < rings.length; i++) {
      if (rings[turn].hasUnread()) {
        return rings[turn];
      }
      turn = turn + 1 == rings.length ? 0 : turn + 1;
    }
    return null;
  }

  private boolean hasTaken() {
    for (RingReader ring : rings) {
      if (ring.hasTaken()) {
        return true;
      }
    }
    return false;
  }

  private void giveBack() {
    for (RingReader ring : rings) {
      ring.giveBack();
    }
  }

  /** Gives back what was handed out and takes over what has come. */
  private void sync() throws NetmapException {
    giveBack();
    try {
      port.rxSync();
      look();
    } catch (NetmapException e) {
      recover(e);
    } catch (IllegalStateException e) {
      ignoreIfClosed(e);
    }
  }

  private void await(long nanos) throws NetmapException {
    try {
      port.await(NetmapPort.POLLIN, nanos);
      look();
    } catch (NetmapException e) {
      recover(e);
    } catch (IllegalStateException e) {
      ignoreIfClosed(e);
    }
  }

  private void look() {
    for (RingReader ring : rings) {
      ring.look();
    }
  }

  /**
   * The device calls a ring invalid that somebody else on the switch has written to, and puts it
   * back; reading goes on from there. Busy is a ring that another thread syncs just now.
   */
  private void recover(NetmapException e) throws NetmapException {
    if (e.errno() == Errno.EINVAL) {
      restart();
    } else if (e.errno() == Errno.EBUSY) {
      LockSupport.parkNanos(this, BUSY_NANOS);
      look();
    } else {
      throw e;
    }
  }

  private void restart() {
    List.of(rings).forEach(RingReader::restart);
  }

  /** A close ends a running read; the next look at the handle's state says so. */
  private void ignoreIfClosed(IllegalStateException e) {
    if (!isClosed()) {
      throw e;
    }
  }

  /** Lets those go first who wait to change what is read. */
  private void letVisitorsIn() {
    while (visitors.get() > 0 && reading.getHoldCount() == 1 && !isClosed()) {
      reading.unlock();
      Thread.onSpinWait();
      reading.lock();
    }
  }

  @Override
  public void setFilter(BpfProgram program) throws IOException {
    requireOpen(name());
    PacketFilter own = PacketFilter.insteadOfDevice(program);
    visit();
    try {
      giveBack();
      port.setFilter(own == null ? program : BpfProgram.ACCEPT_ALL);
      List.of(rings).forEach(ring -> ring.setFilter(own));
    } finally {
      restart();
      reading.unlock();
    }
  }

  /** Takes the reader's place; a reader that waits is woken and lets us in. */
  private void visit() {
    if (reading.isHeldByCurrentThread()) {
      reading.lock();
      return;
    }
    visitors.incrementAndGet();
    port.interrupt();
    reading.lock();
    visitors.decrementAndGet();
  }

  /**
   * Sets which packets are seen from the next one on, also of those that have come already.
   *
   * @param direction IN for what the port receives, OUT for what its other openings send
   * @throws NetmapException when it cannot be set
   */
  public void setDirection(Direction direction) throws NetmapException {
    visit();
    try {
      port.setDirection(direction);
      sync();
      List.of(rings).forEach(ring -> ring.setDirection(direction));
    } finally {
      reading.unlock();
    }
  }

  /**
   * Sets whether reads return when nothing is there.
   *
   * @param newNonBlocking whether {@link #dispatch} and {@link #nextEx} then return 0
   */
  public void setNonBlocking(boolean newNonBlocking) {
    nonBlocking = newNonBlocking;
  }

  /** Returns whether reads return when nothing is there. */
  public boolean isNonBlocking() {
    return nonBlocking;
  }

  @Override
  public void breakLoop() {
    super.breakLoop();
    port.interrupt();
  }

  /** Ends a wait that has used up an interrupt meant for the reader. */
  void passInterruptOn() {
    if (isStopping() || visitors.get() > 0) {
      port.interrupt();
      Thread.onSpinWait();
    }
  }

  /**
   * Sends one frame at once. When the transmit ring is full, waits for room.
   *
   * @param frame holds the frame
   * @param offset of its first byte, independent of the buffer's position
   * @param length bytes without Ethernet's checksum, 14 to {@link SendQueue#largestFrame()}
   * @return length
   * @throws PcapException when the length is out of range, with the words of stock libpcap
   * @throws NetmapException when it cannot be sent
   */
  public int inject(ByteBuffer frame, int offset, int length) throws IOException {
    return sendQueue().inject(frame, offset, length);
  }

  /**
   * Sends one frame at once. When the transmit ring is full, waits for room.
   *
   * @param frame holds the frame
   * @param offset of its first byte
   * @param length bytes without Ethernet's checksum, 14 to {@link SendQueue#largestFrame()}
   * @return length
   * @throws PcapException when the length is out of range, with the words of stock libpcap
   * @throws NetmapException when it cannot be sent
   */
  public int inject(byte[] frame, int offset, int length) throws IOException {
    return sendQueue().inject(frame, offset, length);
  }

  /**
   * Sends one frame soon: at once after a pause, else together with those that follow closely, and
   * within a tenth of a millisecond on a machine that is not busy. So there is not a native call
   * for each frame. When the transmit ring is full, waits for room.
   *
   * @param frame holds the frame
   * @param offset of its first byte
   * @param length bytes without Ethernet's checksum, 14 to {@link SendQueue#largestFrame()}
   * @throws PcapException when the length is out of range, with the words of stock libpcap
   * @throws NetmapException when it, or a frame before it, cannot be sent
   */
  public void injectSoon(byte[] frame, int offset, int length) throws IOException {
    sendQueue(); // says so if there is none
    deferred.send(frame, offset, length);
  }

  /**
   * Sends at once what {@link #injectSoon} has kept; a close does so, too.
   *
   * @throws NetmapException when it cannot be sent
   */
  public void flushInjected() throws IOException {
    if (deferred != null) {
      deferred.flushWaiting();
    }
  }

  /**
   * For sending many frames with one call into the device.
   *
   * @return always the same object
   * @throws PcapException when the port was opened without transmit rings, by {@code /R}
   */
  public SendQueue sendQueue() throws PcapException {
    if (sendQueue == null) {
      throw new PcapException(
          name() + ": opened for its receive rings only; drop the /R from the name to send");
    }
    return sendQueue;
  }

  /**
   * What libpcap counts.
   *
   * @return a snapshot
   * @throws NetmapException when the device does not count here
   */
  public PcapStatistics statistics() throws NetmapException {
    return PcapStatistics.of(port.statistics());
  }

  /**
   * What the device counts.
   *
   * @return a snapshot, exact whenever nobody is sending
   * @throws NetmapException when the device does not count here
   */
  public PortStatistics portStatistics() throws NetmapException {
    return port.statistics();
  }

  /**
   * How many other openings are on the port's switch now.
   *
   * @return 0 or more
   * @throws NetmapException when the switch cannot be read
   */
  public int peers() throws NetmapException {
    return port.peers();
  }

  @Override
  public int linktype() {
    return linktype;
  }

  /**
   * The link types that {@link #setLinktype} takes.
   *
   * @return those of any Ethernet interface
   */
  public List<Integer> linktypes() {
    return LINKTYPES;
  }

  /**
   * Says what the frames are; it decides how filter expressions are compiled.
   *
   * @param newLinktype one of {@link #linktypes()}
   * @throws PcapException for all others
   */
  public void setLinktype(int newLinktype) throws PcapException {
    if (!LINKTYPES.contains(newLinktype)) {
      throw new PcapException(
          name() + ": link type " + newLinktype + " is not one of the port's, " + LINKTYPES);
    }
    linktype = newLinktype;
  }

  @Override
  public int snaplen() {
    return snaplen;
  }

  @Override
  void release() throws IOException {
    try {
      if (deferred != null) {
        deferred.finish();
      }
    } finally {
      port.close();
    }
  }
}
