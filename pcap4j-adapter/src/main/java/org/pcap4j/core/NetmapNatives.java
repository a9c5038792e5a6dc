package org.pcap4j.core;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.Charset;
import org.pcap4j.core.NativeMappings.PcapErrbuf;
import org.pcap4j.core.NativeMappings.bpf_program;
import org.pcap4j.core.NativeMappings.pcap_handler;
import org.pcap4j.core.NativeMappings.pcap_pkthdr;
import org.pcap4j.core.NativeMappings.pcap_stat;

/**
 * What the native functions of {@code NativeMappings} become: each looks whether the handle is one
 * of ours, and hands everything else to the function of the same name in {@link StockNatives}.
 * Functions that are not here go to {@link StockNatives} at once.
 */
final class NetmapNatives {
  private static final String NOT_VALID = "BPF program is not valid";

  private NetmapNatives() {}

  static int pcap_findalldevs(PointerByReference devices, PcapErrbuf error) {
    int result = StockNatives.pcap_findalldevs(devices, error);
    return result == 0 ? NetmapInterfaces.append(devices) : result;
  }

  static void pcap_freealldevs(Pointer devices) {
    StockNatives.pcap_freealldevs(NetmapInterfaces.stock(devices));
  }

  /** A port has no address; an interface that is mapped to one may have. */
  static int pcap_lookupnet(
      String device, IntByReference net, IntByReference mask, PcapErrbuf error) {
    int result = StockNatives.pcap_lookupnet(device, net, mask, error);
    if (result < 0 && NetmapEngine.engine().isPort(device)) {
      write(device + ": no IPv4 address assigned", error);
    }
    return result;
  }

  static Pointer pcap_open_live(
      String device, int snaplen, int promisc, int timeout, PcapErrbuf error) {
    if (!NetmapEngine.engine().isPort(device)) {
      return StockNatives.pcap_open_live(device, snaplen, promisc, timeout, error);
    }
    NetmapHandle ours = create(device, error);
    if (ours == null) {
      return null;
    }
    ours.set(NetmapOption.SNAPLEN, snaplen);
    ours.set(NetmapOption.PROMISC, promisc);
    ours.set(NetmapOption.TIMEOUT, timeout);
    if (activate(ours) < 0) {
      write(ours.error(), error);
      return null;
    }
    return ours;
  }

  static Pointer pcap_create(String device, PcapErrbuf error) {
    return NetmapEngine.engine().isPort(device)
        ? create(device, error)
        : StockNatives.pcap_create(device, error);
  }

  private static NetmapHandle create(String device, PcapErrbuf error) {
    try {
      return NetmapEngine.engine().create(device);
    } catch (IllegalStateException e) {
      write(e.getMessage(), error);
      return null;
    }
  }

  /** Puts a text where pcap4j reads it: into the structure's field. */
  private static void write(String text, PcapErrbuf error) {
    byte[] bytes = text.getBytes(Charset.defaultCharset());
    int length = Math.min(bytes.length, error.buf.length - 1);
    System.arraycopy(bytes, 0, error.buf, 0, length);
    error.buf[length] = 0;
  }

  static int pcap_set_snaplen(Pointer p, int snaplen) {
    return p instanceof NetmapHandle ours
        ? ours.set(NetmapOption.SNAPLEN, snaplen)
        : StockNatives.pcap_set_snaplen(p, snaplen);
  }

  static int pcap_set_promisc(Pointer p, int promisc) {
    return p instanceof NetmapHandle ours
        ? ours.set(NetmapOption.PROMISC, promisc)
        : StockNatives.pcap_set_promisc(p, promisc);
  }

  static int pcap_set_timeout(Pointer p, int millis) {
    return p instanceof NetmapHandle ours
        ? ours.set(NetmapOption.TIMEOUT, millis)
        : StockNatives.pcap_set_timeout(p, millis);
  }

  static int pcap_set_buffer_size(Pointer p, int bytes) {
    return p instanceof NetmapHandle ours
        ? ours.set(NetmapOption.BUFFER_SIZE, bytes)
        : StockNatives.pcap_set_buffer_size(p, bytes);
  }

  static int pcap_activate(Pointer p) {
    return p instanceof NetmapHandle ours ? activate(ours) : StockNatives.pcap_activate(p);
  }

  private static int activate(NetmapHandle ours) {
    int result = ours.activate();
    if (result >= 0) {
      ours.accompany();
    }
    return result;
  }

  static int pcap_dispatch(Pointer p, int count, pcap_handler callback, Pointer user) {
    return p instanceof NetmapHandle ours
        ? ours.dispatch(count, callback, user)
        : StockNatives.pcap_dispatch(p, count, callback, user);
  }

  static int pcap_loop(Pointer p, int count, pcap_handler callback, Pointer user) {
    return p instanceof NetmapHandle ours
        ? ours.loop(count, callback, user)
        : StockNatives.pcap_loop(p, count, callback, user);
  }

  static int pcap_loop(Pointer p, int count, Function callback, Pointer user) {
    return p instanceof NetmapHandle ours
        ? ours.loop(count, callback, user)
        : StockNatives.pcap_loop(p, count, callback, user);
  }

  static Pointer pcap_next(Pointer p, pcap_pkthdr header) {
    if (p instanceof NetmapHandle ours) {
      NetmapPacket packet = ours.next().packet;
      return ours.next(packet) > 0 ? packet.bytes : null;
    }
    return StockNatives.pcap_next(p, header);
  }

  static int pcap_next_ex(Pointer p, PointerByReference header, PointerByReference packet) {
    return p instanceof NetmapHandle ours
        ? ours.next(ours.next().packet)
        : StockNatives.pcap_next_ex(p, header, packet);
  }

  /** Takes the place of {@code new pcap_pkthdr()} before a {@code pcap_next}. */
  static pcap_pkthdr newHeader(Pointer p) {
    return p instanceof NetmapHandle ours ? ours.next().header : new pcap_pkthdr();
  }

  /** Takes the place of {@code new PointerByReference()} for a header before a pcap_next_ex. */
  static PointerByReference newHeaderReference(Pointer p) {
    return p instanceof NetmapHandle ours ? ours.next().headerReference : new PointerByReference();
  }

  /** Takes the place of {@code new PointerByReference()} for a packet before a pcap_next_ex. */
  static PointerByReference newBytesReference(Pointer p) {
    return p instanceof NetmapHandle ours ? ours.next().bytesReference : new PointerByReference();
  }

  static void pcap_breakloop(Pointer p) {
    if (p instanceof NetmapHandle ours) {
      ours.breakLoop();
    } else {
      StockNatives.pcap_breakloop(p);
    }
  }

  static int pcap_sendpacket(Pointer p, byte[] packet, int length) {
    return p instanceof NetmapHandle ours
        ? ours.send(packet, length)
        : StockNatives.pcap_sendpacket(p, packet, length);
  }

  /** The companion compiles, but the handle tells what went wrong. */
  static int pcap_compile(
      Pointer p, bpf_program program, String expression, int optimize, int netmask) {
    int result = StockNatives.pcap_compile(p, program, expression, optimize, netmask);
    if (result < 0 && p instanceof NetmapHandle ours) {
      ours.fail(result, StockNatives.pcap_geterr(p).getString(0));
    }
    return result;
  }

  /** The companion opens, but the handle tells what went wrong. */
  static Pointer pcap_dump_open(Pointer p, String file) {
    Pointer dump = StockNatives.pcap_dump_open(p, file);
    if (dump == null && p instanceof NetmapHandle ours) {
      ours.fail(NetmapHandle.ERROR, StockNatives.pcap_geterr(p).getString(0));
    }
    return dump;
  }

  static int pcap_setfilter(Pointer p, bpf_program program) {
    if (!(p instanceof NetmapHandle ours)) {
      return StockNatives.pcap_setfilter(p, program);
    }
    // pcap4j leaves the structure in its memory and does not read it.
    int length = program.getPointer().getInt(0);
    Pointer instructions = program.getPointer().getPointer(Long.BYTES);
    if (length <= 0 || instructions == null) {
      return ours.fail(NetmapHandle.ERROR, NOT_VALID);
    }
    return ours.setFilter(instructions.getLongArray(0, length));
  }

  static int pcap_setdirection(Pointer p, int direction) {
    return p instanceof NetmapHandle ours
        ? ours.setDirection(direction)
        : StockNatives.pcap_setdirection(p, direction);
  }

  static int pcap_setnonblock(Pointer p, int nonblock, PcapErrbuf error) {
    if (p instanceof NetmapHandle ours) {
      int result = ours.setNonBlocking(nonblock != 0);
      if (result < 0) {
        write(ours.error(), error);
      }
      return result;
    }
    return StockNatives.pcap_setnonblock(p, nonblock, error);
  }

  static int pcap_getnonblock(Pointer p, PcapErrbuf error) {
    if (p instanceof NetmapHandle ours) {
      int result = ours.nonBlocking();
      if (result < 0) {
        write(ours.error(), error);
      }
      return result;
    }
    return StockNatives.pcap_getnonblock(p, error);
  }

  static int pcap_datalink(Pointer p) {
    return p instanceof NetmapHandle ours ? ours.datalink() : StockNatives.pcap_datalink(p);
  }

  static int pcap_list_datalinks(Pointer p, PointerByReference list) {
    return p instanceof NetmapHandle ours
        ? NetmapDatalinks.list(ours.datalinks(), list)
        : StockNatives.pcap_list_datalinks(p, list);
  }

  static void pcap_free_datalinks(Pointer list) {
    if (!NetmapDatalinks.free(list)) {
      StockNatives.pcap_free_datalinks(list);
    }
  }

  static int pcap_set_datalink(Pointer p, int datalink) {
    if (!(p instanceof NetmapHandle ours)) {
      return StockNatives.pcap_set_datalink(p, datalink);
    }
    if (!ours.setDatalink(datalink)) {
      return ours.fail(NetmapHandle.ERROR, NetmapDatalinks.unknown(datalink));
    }
    ours.accompany();
    return 0;
  }

  static int pcap_snapshot(Pointer p) {
    return p instanceof NetmapHandle ours
        ? ours.get(NetmapOption.SNAPLEN)
        : StockNatives.pcap_snapshot(p);
  }

  static int pcap_stats(Pointer p, pcap_stat stats) {
    if (!(p instanceof NetmapHandle ours)) {
      return StockNatives.pcap_stats(p, stats);
    }
    int[] counted = ours.statistics();
    if (counted == null) {
      return NetmapHandle.ERROR;
    }
    Pointer memory = stats.getPointer();
    memory.setInt(pcap_stat.PS_RECV_OFFSET, counted[0]);
    memory.setInt(pcap_stat.PS_DROP_OFFSET, counted[1]);
    memory.setInt(pcap_stat.PS_IFDROP_OFFSET, counted[2]);
    return 0;
  }

  static Pointer pcap_geterr(Pointer p) {
    return p instanceof NetmapHandle ours ? text(ours.error()) : StockNatives.pcap_geterr(p);
  }

  /** Lives as long as somebody refers to it, which is while pcap4j reads it. */
  private static Pointer text(String text) {
    byte[] bytes = text.getBytes(Charset.defaultCharset());
    Memory memory = new Memory(bytes.length + 1L);
    memory.write(0, bytes, 0, bytes.length);
    memory.setByte(bytes.length, (byte) 0);
    return memory;
  }

  static void pcap_close(Pointer p) {
    if (p instanceof NetmapHandle ours) {
      ours.close();
      ours.dismiss();
    } else {
      StockNatives.pcap_close(p);
    }
  }
}
