package org.pcapnetmap.pcap;

import java.io.Closeable;
import java.io.IOException;
import org.pcapnetmap.netmap.BpfProgram;

/**
 * Packets to be read, from a port or from a savefile, by the rules that users of libpcap know.
 *
 * <pre>{@code
 * try (LiveHandle handle = PcapHandle.live("vale0:1").open()) {
 *   handle.setFilter("udp port 53");
 *   handle.loop(100, (buffer, offset, length, wireLength, timeNanos, direction) -> { ... });
 * }
 * }</pre>
 *
 * <p>Packets are handed out where they lie: no copy, no native call and no allocation for each. One
 * thread reads at a time, a second one waits for it; {@link #breakLoop()} and {@link #close()} may
 * be called by any thread at any time.
 */
public abstract class PcapHandle implements Closeable {
  /** Result of a read that {@link #breakLoop()} or {@link #close()} ended, or the file's end. */
  public static final int BREAK = -2;

  /** The longest packet that libpcap believes in, and the snap length for whole packets, bytes. */
  public static final int MAX_SNAPLEN = SavefileReader.MAX_SNAPLEN;

  /** What a number of packets is that is not limited. */
  static final int UNLIMITED = Integer.MAX_VALUE;

  private volatile boolean broken;
  private volatile boolean ending;
  private volatile boolean closed;

  /**
   * Describes a port to be opened.
   *
   * @param port for example {@code vale0:1}; {@code vale0:*} sees the whole switch
   * @return options to refine
   */
  public static LiveBuilder live(String port) {
    return new LiveBuilder(port);
  }

  /**
   * Opens a savefile: pcap or pcapng, compressed by gzip or not; its first bytes tell which.
   *
   * @param name a path, or {@code -} for standard input
   * @return the handle
   * @throws SavefileException when there is no such file, it may not be read, or is no savefile
   */
  public static SavefileHandle offline(String name) throws SavefileException {
    return new SavefileHandle(name, SavefileReader.open(name));
  }

  /**
   * Reads what is there: from a port at least one packet and no more than its rings hold, from a
   * savefile all to its end.
   *
   * @param count the most packets; 0 or less for no limit
   * @param handler called for each
   * @return packets read; 0 when a non-blocking handle has none, or at the end of a savefile; or
   *     {@link #BREAK}
   * @throws IOException when the port or file cannot be read, or the handler throws it
   * @throws IllegalStateException when the handle was closed before
   */
  public abstract int dispatch(int count, PacketHandler handler) throws IOException;

  /**
   * Reads packets until so many have come, waiting for them also when the handle is non-blocking.
   *
   * @param count packets; 0 or less for no end
   * @param handler called for each
   * @return 0 when they have come, or at the end of a savefile; or {@link #BREAK}
   * @throws IOException when the port or file cannot be read, or the handler throws it
   * @throws IllegalStateException when the handle was closed before
   */
  public abstract int loop(int count, PacketHandler handler) throws IOException;

  /**
   * Reads one packet, which stays where it is until the next read.
   *
   * @param packet is filled with it
   * @return 1; 0 when a non-blocking handle has none; {@link #BREAK} also at the end of a savefile
   * @throws IOException when the port or file cannot be read
   * @throws IllegalStateException when the handle was closed before
   */
  public abstract int nextEx(PcapPacket packet) throws IOException;

  /**
   * Reads one packet, which stays where it is until the next read.
   *
   * @param packet is filled with it
   * @return whether there was one
   * @throws IOException when the port or file cannot be read
   * @throws IllegalStateException when the handle was closed before
   */
  public final boolean next(PcapPacket packet) throws IOException {
    return nextEx(packet) > 0;
  }

  /**
   * Compiles an expression, by libpcap, and sets it as the filter.
   *
   * @param expression as in pcap-filter(7); an empty one accepts every packet
   * @throws FilterException when the expression is wrong
   * @throws IOException when the filter cannot be set, or there is no libpcap on this system
   */
  public final void setFilter(String expression) throws FilterException, IOException {
    setFilter(FilterCompiler.compile(expression, linktype(), snaplen()));
  }

  /**
   * Sets the filter. On a port it is also for packets that have come already and are not read yet:
   * those that it rejects are dropped, the others are as long as the old one left them. The device
   * runs it where frames are delivered; a program of more than 4096 instructions is run when
   * packets are read, and cuts none.
   *
   * @param program decides how many bytes of a packet are kept; {@link BpfProgram#ACCEPT_ALL} for
   *     no filter
   * @throws IOException when it is no valid program or cannot be set
   */
  public abstract void setFilter(BpfProgram program) throws IOException;

  /** Returns how packets begin: a LINKTYPE value, see {@link Datalink}. */
  public abstract int linktype();

  /** Returns the most bytes that a packet has here. */
  public abstract int snaplen();

  /**
   * Ends the read that is running, or else the next one, with {@link #BREAK}; one only. May be
   * called by any thread and by the handler.
   */
  public void breakLoop() {
    broken = true;
  }

  /**
   * Says that a close will follow: ends the read that is running, and sends that wait for room.
   * Those waiting fail; frames that a full pipe holds are still its own.
   */
  public void end() {
    ending = true;
    breakLoop();
  }

  /** Whether nobody shall wait for room any more. */
  final boolean isEnding() {
    return ending || closed;
  }

  /** Whether the running read shall end; cheap enough for each packet. */
  final boolean isStopping() {
    return broken || closed;
  }

  /** Whether the running read shall end now; a break is used up by that. */
  final boolean takeBreak() {
    if (!isStopping()) {
      return false;
    }
    broken = false;
    return true;
  }

  final boolean isClosed() {
    return closed;
  }

  /** Refuses a handle that was closed. */
  final void requireOpen(String name) {
    if (closed) {
      throw new IllegalStateException(name + " is closed; open it again");
    }
  }

  /** Closes the handle. A read that is running elsewhere ends with {@link #BREAK}. */
  @Override
  public final void close() throws IOException {
    closed = true;
    release();
  }

  /** Gives back what the handle holds; called again by every further close. */
  abstract void release() throws IOException;
}
