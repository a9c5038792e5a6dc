package org.pcapnetmap.pcap4j.engine;

import com.sun.jna.Callback;
import com.sun.jna.Function;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.pcap4j.core.NetmapHandle;
import org.pcap4j.core.NetmapOption;
import org.pcap4j.core.NetmapPacket;
import org.pcapnetmap.netmap.BadFilterException;
import org.pcapnetmap.netmap.BpfProgram;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.netmap.NoSuchPortException;
import org.pcapnetmap.pcap.LiveHandle;
import org.pcapnetmap.pcap.PacketHandler;
import org.pcapnetmap.pcap.PcapException;
import org.pcapnetmap.pcap.PcapStatistics;

/** A handle of pcap4j's on a netmap port. */
final class RingHandle extends NetmapHandle {
  private static final Direction[] DIRECTIONS = {Direction.INOUT, Direction.IN, Direction.OUT};

  private final String device;
  private final String port;
  private final Map<NetmapOption, Integer> options = new EnumMap<>(PortSettings.DEFAULTS);
  private volatile LiveHandle live;
  private volatile boolean stopping;
  private final AtomicReference<Delivery> spare = new AtomicReference<>();

  /** A handle on a port that the program calls device. */
  RingHandle(String device, String port) {
    this.device = device;
    this.port = port;
  }

  @Override
  public int set(NetmapOption option, int value) {
    if (live != null) {
      return fail(ACTIVATED, "can't perform  operation on activated capture");
    }
    options.put(option, value);
    return 0;
  }

  @Override
  public int get(NetmapOption option) {
    return live != null && option == NetmapOption.SNAPLEN ? live.snaplen() : options.get(option);
  }

  @Override
  public int activate() {
    if (live != null) {
      return fail(ACTIVATED, "can't perform  operation on activated capture");
    }
    if (options.get(NetmapOption.RFMON) != 0) {
      return fail(RFMON_NOTSUP, "That device doesn't support monitor mode");
    }
    try {
      live = PortSettings.builder(port, options).open();
      return 0;
    } catch (NoSuchPortException e) {
      return fail(NO_SUCH_DEVICE, named(e));
    } catch (IOException | IllegalArgumentException e) {
      return fail(ERROR, named(e));
    }
  }

  /** What an exception says, behind the name that the program knows. */
  private String named(Exception e) {
    String why = e.getMessage();
    return why.startsWith(device + ":") ? why : device + ": " + why;
  }

  private int nanosPerUnit() {
    return options.get(NetmapOption.PRECISION) == 0 ? 1000 : 1;
  }

  @Override
  public NetmapPacket newPacket() {
    return new RingPacket(nanosPerUnit());
  }

  @Override
  public int loop(int count, Callback callback, Pointer user) {
    Delivery delivery = delivery(callback, user);
    try {
      return read(count, delivery, true);
    } finally {
      giveBack(delivery);
    }
  }

  @Override
  public int loop(int count, Function function, Pointer user) {
    PacketHandler handler = new NativeDelivery(function, user, nanosPerUnit(), isDump(function));
    return read(count, handler, true);
  }

  @Override
  public int dispatch(int count, Callback callback, Pointer user) {
    Delivery delivery = delivery(callback, user);
    try {
      return read(count, delivery, false);
    } finally {
      giveBack(delivery);
    }
  }

  @Override
  public int next(NetmapPacket packet) {
    RingPacket wanted = (RingPacket) packet;
    int result = read(1, wanted, false);
    if (!wanted.wasTaken() || result != BREAK) {
      return result;
    }
    // A break that comes once the packet is taken is the next read's.
    live.breakLoop();
    return 1;
  }

  /** Makes no object: programs read one packet at a time, also by dispatch. */
  private int read(int count, PacketHandler handler, boolean untilThere) {
    try {
      if (!readable()) {
        return BREAK;
      }
      return untilThere ? live.loop(count, handler) : live.dispatch(count, handler);
    } catch (IOException e) {
      return fail(ERROR, named(e));
    } catch (IllegalStateException e) {
      return closed(e);
    } finally {
      passStopOn();
    }
  }

  /** A break ends one read, a stop all: each hands it to the next. */
  private void passStopOn() {
    if (stopping) {
      live.breakLoop();
    }
  }

  /** Before a read: who asks may be waiting for the answer to what was sent. */
  private boolean readable() throws IOException {
    if (stopping) {
      return false;
    }
    live.flushInjected();
    return true;
  }

  /** A read that met a handle that was closed meanwhile. */
  private int closed(IllegalStateException e) {
    if (!stopping) {
      throw e;
    }
    return BREAK;
  }

  /** One is kept for the next read; two reads at a time take two. */
  private Delivery delivery(Callback callback, Pointer user) {
    Delivery kept = spare.getAndSet(null);
    Delivery delivery = kept == null ? new Delivery(new RingPacket(nanosPerUnit())) : kept;
    delivery.callback = callback;
    delivery.user = user;
    return delivery;
  }

  private void giveBack(Delivery delivery) {
    delivery.callback = null;
    delivery.user = null;
    spare.set(delivery);
  }

  /** Hands packets to pcap4j. */
  private static final class Delivery implements PacketHandler {
    private final RingPacket packet;
    private Callback callback;
    private Pointer user;

    Delivery(RingPacket packet) {
      this.packet = packet;
    }

    @Override
    public void onPacket(
        ByteBuffer buffer, int offset, int length, int wire, long time, Direction direction) {
      packet.show(buffer, offset, length, wire, time);
      deliver(callback, user, packet);
    }
  }

  @Override
  public void breakLoop() {
    live.breakLoop();
  }

  @Override
  public int send(byte[] packet, int length) {
    if (length > packet.length) {
      return fail(ERROR, "send: Invalid argument (the array has " + packet.length + " bytes)");
    }
    try {
      live.injectSoon(packet, 0, length);
      return 0;
    } catch (IOException e) {
      return fail(ERROR, named(e));
    }
  }

  @Override
  public int setFilter(long[] instructions) {
    try {
      live.setFilter(BpfProgram.of(instructions));
      return 0;
    } catch (BadFilterException e) {
      return fail(ERROR, "BPF program is not valid");
    } catch (IOException e) {
      return fail(ERROR, named(e));
    }
  }

  @Override
  public int setDirection(int direction) {
    try {
      live.setDirection(DIRECTIONS[direction]);
      return 0;
    } catch (IOException e) {
      return fail(ERROR, named(e));
    }
  }

  @Override
  public int setNonBlocking(boolean nonBlocking) {
    live.setNonBlocking(nonBlocking);
    return 0;
  }

  @Override
  public int nonBlocking() {
    return live.isNonBlocking() ? 1 : 0;
  }

  @Override
  public int datalink() {
    return live.linktype();
  }

  @Override
  public int[] datalinks() {
    return live.linktypes().stream().mapToInt(Integer::intValue).toArray();
  }

  @Override
  public boolean setDatalink(int datalink) {
    try {
      live.setLinktype(datalink);
      return true;
    } catch (PcapException e) {
      return false;
    }
  }

  @Override
  public int[] statistics() {
    try {
      PcapStatistics counted = live.statistics();
      return new int[] {(int) counted.received(), (int) counted.dropped(), 0};
    } catch (IOException e) {
      fail(ERROR, named(e));
      return null;
    }
  }

  @Override
  public void stop() {
    stopping = true;
    live.end();
  }

  @Override
  public void close() {
    stopping = true;
    try {
      live.close();
    } catch (IOException e) {
      fail(ERROR, named(e));
    }
  }

  @Override
  public String toString() {
    return device;
  }
}
