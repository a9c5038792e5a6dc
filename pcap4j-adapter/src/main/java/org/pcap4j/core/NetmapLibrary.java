package org.pcap4j.core;

import com.sun.jna.Pointer;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import org.pcap4j.core.NativeMappings.PcapLibrary;

/**
 * The functions that not every libpcap has: answered for handles of ours, else handed through.
 *
 * <p>A proxy, since no class that the adapter defines may need {@code PcapLibrary} itself: that is
 * still to be loaded then, and rewritten.
 */
final class NetmapLibrary implements InvocationHandler {
  private final PcapLibrary stock;

  private NetmapLibrary(PcapLibrary stock) {
    this.stock = stock;
  }

  /** Stands before the library that pcap4j has bound. */
  static PcapLibrary before(PcapLibrary stock) {
    return (PcapLibrary)
        Proxy.newProxyInstance(
            PcapLibrary.class.getClassLoader(),
            new Class<?>[] {PcapLibrary.class},
            new NetmapLibrary(stock));
  }

  @Override
  public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
    if (arguments != null && arguments.length > 1 && arguments[0] instanceof NetmapHandle ours) {
      return answer(ours, method.getName(), arguments[1]);
    }
    try {
      return method.invoke(stock, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static Object answer(NetmapHandle ours, String function, Object value) {
    return switch (function) {
      case "pcap_set_rfmon" -> ours.set(NetmapOption.RFMON, (Integer) value);
      case "pcap_set_tstamp_precision" -> ours.set(NetmapOption.PRECISION, (Integer) value);
      case "pcap_set_immediate_mode" -> ours.set(NetmapOption.IMMEDIATE, (Integer) value);
      case "win_pcap_stats_ex" -> noPointer(ours, function);
      default -> unknown(ours, function);
    };
  }

  /** Extended statistics exist on Windows only, where pcap4j asks for them. */
  private static Pointer noPointer(NetmapHandle ours, String function) {
    unknown(ours, function);
    return null;
  }

  private static int unknown(NetmapHandle ours, String function) {
    return ours.fail(NetmapHandle.ERROR, function + " is not supported on netmap ports");
  }
}
