package org.pcap4j.core;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Lists of link types for {@code pcap_list_datalinks}, kept until pcap4j frees them. */
final class NetmapDatalinks {
  private static final Map<Long, Memory> LISTS = new ConcurrentHashMap<>();

  private NetmapDatalinks() {}

  /** Makes a list; returns its length. */
  static int list(int[] datalinks, PointerByReference list) {
    Memory memory = new Memory((long) datalinks.length * Integer.BYTES);
    memory.write(0, datalinks, 0, datalinks.length);
    LISTS.put(Pointer.nativeValue(memory), memory);
    list.setValue(memory);
    return datalinks.length;
  }

  /** Whether the list was one of ours, which is then given up. */
  static boolean free(Pointer list) {
    return LISTS.remove(Pointer.nativeValue(list)) != null;
  }

  /** What libpcap says of a link type that a device does not have. */
  static String unknown(int datalink) {
    String name = StockNatives.pcap_datalink_val_to_name(datalink);
    return (name == null ? "DLT " + datalink : name)
        + " is not one of the DLTs supported by this device";
  }
}
