package org.pcap4j.core;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.pcap4j.core.NativeMappings.pcap_if;

/**
 * Puts netmap ports into libpcap's list of interfaces, behind those that are up and before loopback
 * and what is no interface at all. libpcap frees its list, so it is not changed: pcap4j gets a
 * copy, whose strings and addresses are still libpcap's.
 */
final class NetmapInterfaces {
  /** A list that pcap4j has not freed yet. */
  private record Copy(Pointer stock, List<Memory> memory) {}

  private static final Map<Long, Copy> COPIES = new ConcurrentHashMap<>();

  /** Only where pcap4j's native functions are ours, too, can a port be opened by its name. */
  private static volatile boolean listing;

  private NetmapInterfaces() {}

  /** Replaces a list of libpcap's by one that has the ports, too; returns 0. */
  static int append(PointerByReference devices) {
    listing = true;
    List<NetmapEngine.Device> ports = NetmapEngine.engine().devices();
    if (ports.isEmpty()) {
      return 0;
    }
    Pointer stock = devices.getValue();
    List<Memory> memory = new ArrayList<>();
    List<Memory> nodes = copy(stock, memory);
    Set<String> known = names(nodes);
    int place = place(nodes);
    for (NetmapEngine.Device port : ports) {
      if (known.add(port.name())) {
        nodes.add(place++, node(port, memory));
      }
    }
    link(nodes);
    COPIES.put(Pointer.nativeValue(nodes.get(0)), new Copy(stock, memory));
    devices.setValue(nodes.get(0));
    return 0;
  }

  private static List<Memory> copy(Pointer stock, List<Memory> memory) {
    List<Memory> nodes = new ArrayList<>();
    for (Pointer p = stock; p != null; p = p.getPointer(InterfaceLayout.NEXT_OFFSET)) {
      Memory node = allocate(InterfaceLayout.SIZE, memory);
      node.write(0, p.getByteArray(0, InterfaceLayout.SIZE), 0, InterfaceLayout.SIZE);
      nodes.add(node);
    }
    return nodes;
  }

  private static int place(List<Memory> nodes) {
    int place = 0;
    while (place < nodes.size() && isAliveInterface(nodes.get(place))) {
      place++;
    }
    return place;
  }

  private static boolean isAliveInterface(Memory node) {
    int flags = node.getInt(InterfaceLayout.FLAGS_OFFSET);
    return (flags & InterfaceLayout.ALIVE) == InterfaceLayout.ALIVE
        && (flags & InterfaceLayout.LOOPBACK) == 0
        && !name(node).equals("any");
  }

  private static String name(Memory node) {
    return node.getPointer(InterfaceLayout.NAME_OFFSET).getString(0);
  }

  private static Set<String> names(List<Memory> nodes) {
    Set<String> names = new HashSet<>();
    for (Memory node : nodes) {
      names.add(name(node));
    }
    return names;
  }

  private static Memory node(NetmapEngine.Device port, List<Memory> memory) {
    Memory node = allocate(InterfaceLayout.SIZE, memory);
    node.clear();
    node.setPointer(InterfaceLayout.NAME_OFFSET, string(port.name(), memory));
    node.setPointer(InterfaceLayout.DESCRIPTION_OFFSET, string(port.description(), memory));
    node.setInt(InterfaceLayout.FLAGS_OFFSET, InterfaceLayout.CONNECTED | InterfaceLayout.ALIVE);
    return node;
  }

  private static Memory string(String text, List<Memory> memory) {
    byte[] bytes = text.getBytes(Charset.defaultCharset());
    Memory string = allocate(bytes.length + 1, memory);
    string.write(0, bytes, 0, bytes.length);
    string.setByte(bytes.length, (byte) 0);
    return string;
  }

  private static Memory allocate(int size, List<Memory> memory) {
    Memory allocated = new Memory(size);
    memory.add(allocated);
    return allocated;
  }

  private static void link(List<Memory> nodes) {
    for (int i = 0; i < nodes.size(); i++) {
      Pointer next = i + 1 < nodes.size() ? nodes.get(i + 1) : null;
      nodes.get(i).setPointer(InterfaceLayout.NEXT_OFFSET, next);
    }
  }

  /** The list of libpcap's behind one that is no longer needed; itself if it is libpcap's. */
  static Pointer stock(Pointer devices) {
    Copy copy = COPIES.remove(Pointer.nativeValue(devices));
    return copy == null ? devices : copy.stock();
  }

  /**
   * What {@code Pcaps.getDevByName} returns: ports exist as soon as somebody opens them, so any
   * well-formed name is one.
   *
   * @param found the interface of that name, or null
   * @param name as asked for
   * @return found, or an interface for the port, or null
   */
  static PcapNetworkInterface byName(PcapNetworkInterface found, String name) {
    if (found != null || !listing || !NetmapEngine.engine().isPort(name)) {
      return found;
    }
    pcap_if device = new pcap_if();
    device.name = name;
    device.description = "netmap port";
    device.flags = InterfaceLayout.CONNECTED | InterfaceLayout.ALIVE;
    return PcapNetworkInterface.newInstance(device, true);
  }
}
