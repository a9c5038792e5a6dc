package org.pcapnetmap.pcap4j.engine;

import com.sun.jna.Callback;
import com.sun.jna.Function;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
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

  private PacketHandler handler(Callback callback, Pointer user) {
    RingPacket packet = new RingPacket(nanosPerUnit());
    return (buffer, offset, length, wireLength, time, direction) -> {
      packet.show(buffer, offset, length, wireLength, time);
      deliver(callback, user, packet);
    };
  }

  @Override
  public int loop(int count, Callback callback, Pointer user) {
    PacketHandler handler = handler(callback, user);
    return read(() -> live.loop(count, handler));
  }

  @Override
  public int loop(int count, Function function, Pointer user) {
    PacketHandler handler = new NativeDelivery(function, user, nanosPerUnit(), isDump(function));
    return read(() -> live.loop(count, handler));
  }

  @Override
  public int dispatch(int count, Callback callback, Pointer user) {
    PacketHandler handler = handler(callback, user);
    return read(() -> live.dispatch(count, handler));
  }

  @Override
  public int next(NetmapPacket packet) {
    RingPacket ring = (RingPacket) packet;
    int result = read(() -> live.nextEx(ring.view));
    if (result > 0) {
      ring.showView();
    }
    return result;
  }

  /** A read of the engine's. */
  private interface Read {
    int run() throws IOException;
  }

  private int read(Read read) {
    if (stopping) {
      return BREAK;
    }
    try {
      live.flushInjected(); // who asks may be waiting for the answer
      return read.run();
    } catch (IOException e) {
      return fail(ERROR, named(e));
    } catch (IllegalStateException e) {
      if (stopping) { // closed meanwhile
        return BREAK;
      }
      throw e;
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
    live.breakLoop();
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
