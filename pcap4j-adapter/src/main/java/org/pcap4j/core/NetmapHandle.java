package org.pcap4j.core;

import com.sun.jna.Callback;
import com.sun.jna.Function;
import com.sun.jna.Pointer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.pcap4j.core.NativeMappings.PcapLibrary;
import org.pcap4j.core.NativeMappings.pcap_handler;

/**
 * A handle on a netmap port, in the place of libpcap's {@code pcap_t *}.
 *
 * <p>From activation on it points at a genuine handle of libpcap, opened dead: its companion, which
 * answers whatever has nothing to do with packets on the port (compiling filters, opening dumps,
 * version and byte order), and makes this a pointer that native code can be given without harm.
 *
 * <p>Results are those of libpcap's functions: 0 or a count, or one of the negative numbers below,
 * and then {@link #error()} says why.
 */
public abstract class NetmapHandle extends Pointer {
  /** PCAP_ERROR. */
  public static final int ERROR = -1;

  /** PCAP_ERROR_BREAK. */
  public static final int BREAK = -2;

  /** PCAP_ERROR_NOT_ACTIVATED. */
  public static final int NOT_ACTIVATED = -3;

  /** PCAP_ERROR_ACTIVATED. */
  public static final int ACTIVATED = -4;

  /** PCAP_ERROR_NO_SUCH_DEVICE. */
  public static final int NO_SUCH_DEVICE = -5;

  /** PCAP_ERROR_RFMON_NOTSUP. */
  public static final int RFMON_NOTSUP = -6;

  /** PCAP_ERROR_PERM_DENIED. */
  public static final int PERM_DENIED = -8;

  private volatile String error = "";

  /** Of the thread that has read last; the others' are behind it. */
  private volatile NetmapNext next;

  private final Map<Thread, NetmapNext> nexts = new HashMap<>();

  private final List<Pointer> companions = new ArrayList<>();

  /** A handle without a companion. */
  protected NetmapHandle() {
    super(0);
  }

  /**
   * Why the last call that failed did so.
   *
   * @return one line without a line end; empty when none failed
   */
  public final String error() {
    return error;
  }

  /**
   * Notes why a call fails.
   *
   * @param result the call's result
   * @param why one line
   * @return result
   */
  protected final int fail(int result, String why) {
    error = why;
    return result;
  }

  /** Makes the companion, or makes it anew; the old one stays valid until the handle is closed. */
  final synchronized void accompany() {
    Pointer companion =
        PcapLibrary.INSTANCE.pcap_open_dead_with_tstamp_precision(
            datalink(), get(NetmapOption.SNAPLEN), get(NetmapOption.PRECISION));
    if (companion == null) {
      throw new OutOfMemoryError("libpcap has no memory left for a handle");
    }
    companions.add(companion);
    peer = Pointer.nativeValue(companion);
  }

  /** Closes the companions. */
  final synchronized void dismiss() {
    companions.forEach(StockNatives::pcap_close);
    companions.clear();
    peer = 0;
  }

  /** What the calls that read one packet fill in; of the thread that reads. */
  final NetmapNext next() {
    NetmapNext known = next;
    if (known == null || known.owner != Thread.currentThread()) {
      known = nextOf(Thread.currentThread());
      next = known;
    }
    return known;
  }

  private synchronized NetmapNext nextOf(Thread reader) {
    nexts.keySet().removeIf(thread -> !thread.isAlive());
    return nexts.computeIfAbsent(reader, thread -> new NetmapNext(thread, newPacket()));
  }

  /**
   * Hands a packet over.
   *
   * @param callback pcap4j's
   * @param user handed through
   * @param packet read by pcap4j before this returns
   */
  protected static void deliver(Callback callback, Pointer user, NetmapPacket packet) {
    ((pcap_handler) callback).got_packet(user, packet.header, packet.bytes);
  }

  /**
   * Writes a packet to a dump.
   *
   * @param dump libpcap's {@code pcap_dumper_t *}
   * @param header memory of a {@code struct pcap_pkthdr}
   * @param packet its bytes
   */
  public static void dump(Pointer dump, Pointer header, Pointer packet) {
    StockNatives.pcap_dump(dump, header, packet);
  }

  /**
   * Whether a function is libpcap's own for writing dumps.
   *
   * @param function given to a loop
   * @return whether {@link #dump} does the same
   */
  @SuppressWarnings("ReferenceEquality") // pcap4j has one, and JNA's equals asks for more
  protected static boolean isDump(Function function) {
    return function == NativeMappings.PCAP_DUMP;
  }

  /**
   * Sets what must be set before activation.
   *
   * @param option which
   * @param value as libpcap takes it
   * @return 0 or less
   */
  public abstract int set(NetmapOption option, int value);

  /**
   * What was set, or libpcap's default.
   *
   * @param option which
   * @return the value that is in force
   */
  public abstract int get(NetmapOption option);

  /**
   * Opens the port.
   *
   * @return 0 or less
   */
  public abstract int activate();

  /**
   * Reads packets until so many have come.
   *
   * @param count packets; 0 or less for no end
   * @param callback called for each
   * @param user given to it
   * @return 0 or less
   */
  public abstract int loop(int count, Callback callback, Pointer user);

  /**
   * Reads packets until so many have come, for a native function.
   *
   * @param count packets; 0 or less for no end
   * @param function called for each
   * @param user given to it
   * @return 0 or less
   */
  public abstract int loop(int count, Function function, Pointer user);

  /**
   * Reads the packets that are there, after waiting for the first.
   *
   * @param count the most packets; 0 or less for no limit
   * @param callback called for each
   * @param user given to it
   * @return packets, or less than 0
   */
  public abstract int dispatch(int count, Callback callback, Pointer user);

  /** Returns a new packet for {@link #next}. */
  public abstract NetmapPacket newPacket();

  /**
   * Reads one packet.
   *
   * @param packet is filled with it
   * @return 1, 0 when a non-blocking handle has none, or less
   */
  public abstract int next(NetmapPacket packet);

  /** Ends the running read, or else the next one, with {@link #BREAK}. */
  public abstract void breakLoop();

  /**
   * Sends one packet.
   *
   * @param packet holds it
   * @param length bytes
   * @return 0 or less
   */
  public abstract int send(byte[] packet, int length);

  /**
   * Sets the filter.
   *
   * @param instructions of eight bytes each, as numbers in the machine's byte order
   * @return 0 or less
   */
  public abstract int setFilter(long[] instructions);

  /**
   * Sets which packets to see.
   *
   * @param direction 0 both, 1 those received, 2 those sent
   * @return 0 or less
   */
  public abstract int setDirection(int direction);

  /**
   * Sets whether reads return when nothing is there.
   *
   * @param nonBlocking whether
   * @return 0 or less
   */
  public abstract int setNonBlocking(boolean nonBlocking);

  /** Returns 1 when reads return though nothing is there, else 0; or less. */
  public abstract int nonBlocking();

  /** Returns the link type, a DLT value; or less than 0. */
  public abstract int datalink();

  /** Returns the link types that can be set. */
  public abstract int[] datalinks();

  /**
   * Sets the link type.
   *
   * @param datalink one of {@link #datalinks()}
   * @return whether it is
   */
  public abstract boolean setDatalink(int datalink);

  /** Returns what libpcap counts: received, dropped, dropped by the interface; null on error. */
  public abstract int[] statistics();

  /**
   * Says that a close is waiting: reads of other threads end with {@link #BREAK}, and so do all
   * later ones.
   */
  public abstract void stop();

  /** Closes the port, which nobody uses any more. */
  public abstract void close();
}
