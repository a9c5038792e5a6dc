package org.pcapnetmap.compat.contract;

import static java.util.Map.entry;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.sun.jna.Pointer;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.RawPacketListener;

/** Each function of libpcap's that pcap4j binds is called with a handle on a port. */
final class Pcap4jFunctions implements Pcap4jCases {
  private static final String NATIVES = "org.pcap4j.core.NativeMappings";
  private static final int SNAPLEN = 65536;
  private static final String ACTIVATED = "-4";
  private static final String UNSUPPORTED = "-1";
  private static final String OK = "0";

  /** What is no handle: a list, a dump, or the structure of a driver. */
  private static final Set<String> OF_OTHERS =
      Set.of(
          "pcap_freealldevs",
          "pcap_free_datalinks",
          "pcap_dump",
          "pcap_dump_flush",
          "pcap_dump_ftell",
          "pcap_dump_close");

  /** On a nonblocking handle of an idle port, once it was told to break. */
  private static final Map<String, String> ANSWERS =
      Map.ofEntries(
          entry("pcap_activate", ACTIVATED),
          entry("pcap_breakloop", "null"),
          entry("pcap_close", "null"),
          entry("pcap_compile", OK),
          entry("pcap_datalink", "1"),
          entry("pcap_dispatch", OK),
          entry("pcap_dump_open", "a pointer"),
          entry("pcap_geterr", "a pointer"),
          entry("pcap_getnonblock", "1"),
          entry("pcap_is_swapped", OK),
          entry("pcap_list_datalinks", "2"),
          entry("pcap_loop", "-2"),
          entry("pcap_major_version", OK),
          entry("pcap_minor_version", OK),
          entry("pcap_next", "null"),
          entry("pcap_next_ex", OK),
          entry("pcap_sendpacket", OK),
          entry("pcap_set_buffer_size", ACTIVATED),
          entry("pcap_set_datalink", OK),
          entry("pcap_set_promisc", ACTIVATED),
          entry("pcap_set_snaplen", ACTIVATED),
          entry("pcap_set_timeout", ACTIVATED),
          entry("pcap_setdirection", OK),
          entry("pcap_setfilter", OK),
          entry("pcap_setnonblock", OK),
          entry("pcap_snapshot", Integer.toString(SNAPLEN)),
          entry("pcap_stats", OK));

  private static final Map<String, String> LIBRARY_ANSWERS =
      Map.of(
          "pcap_set_rfmon", ACTIVATED,
          "pcap_set_tstamp_precision", ACTIVATED,
          "pcap_set_immediate_mode", ACTIVATED,
          "dos_pcap_stats_ex", UNSUPPORTED,
          "win_pcap_stats_ex", "null");

  private ValeNetwork network;
  private PcapHandle handle;
  private Pointer pointer;
  private Object program;
  private String file;

  @Override
  public void open(Path folder) throws Exception {
    file = folder.resolve("functions.pcap").toString();
    network = new ValeNetwork();
    handle = new PcapHandle.Builder(network.device()).snaplen(SNAPLEN).build();
    handle.setBlockingMode(PcapHandle.BlockingMode.NONBLOCKING);
    Field field = PcapHandle.class.getDeclaredField("handle");
    field.setAccessible(true);
    pointer = (Pointer) field.get(handle);
  }

  @Override
  public void close() {
    handle.close();
    network.close();
  }

  public void eachNativeFunctionAnswers() throws Exception {
    Class<?> natives = Class.forName(NATIVES);
    program = instance(Class.forName(NATIVES + "$bpf_program"));
    Map<String, String> answers = new TreeMap<>();
    Method close = null;
    for (Method method :
        ofHandles(natives).filter(m -> Modifier.isStatic(m.getModifiers())).toList()) {
      if (method.getName().equals("pcap_close")) {
        close = method;
      } else {
        answers.put(method.getName(), answer(method, null));
      }
    }
    answers.put("pcap_close", answer(close, null));
    assertEquals(new TreeMap<>(ANSWERS), answers);
  }

  public void eachFunctionThatNotEveryLibpcapHasAnswers() throws Exception {
    Class<?> library = Class.forName(NATIVES + "$PcapLibrary");
    Field instance = library.getDeclaredField("INSTANCE");
    instance.setAccessible(true);
    Map<String, String> answers = new TreeMap<>();
    for (Method method : ofHandles(library).toList()) {
      answers.put(method.getName(), answer(method, instance.get(null)));
    }
    assertEquals(new TreeMap<>(LIBRARY_ANSWERS), answers);
  }

  /** In an order in which the filter is compiled before it is set. */
  private static Stream<Method> ofHandles(Class<?> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> method.getParameterCount() > 0)
        .filter(method -> method.getParameterTypes()[0] == Pointer.class)
        .filter(method -> method.getName().contains("pcap_"))
        .filter(method -> !OF_OTHERS.contains(method.getName()))
        .sorted(Comparator.comparing(Method::getName));
  }

  private String answer(Method method, Object on) throws Exception {
    method.setAccessible(true);
    Class<?>[] types = method.getParameterTypes();
    Object[] arguments = new Object[types.length];
    arguments[0] = pointer;
    for (int i = 1; i < types.length; i++) {
      arguments[i] = argument(method.getName(), types[i]);
    }
    if (method.getName().equals("pcap_loop")) {
      handle.breakLoop(); // else it waits, as libpcap's does
    }
    Object result = method.invoke(on, arguments);
    if (method.getName().equals("pcap_breakloop")) {
      takeBreak();
    }
    return result instanceof Pointer ? "a pointer" : String.valueOf(result);
  }

  /** So that the break is not for the functions that follow. */
  private void takeBreak() {
    RawPacketListener nobody = packet -> {};
    assertThrows(InterruptedException.class, () -> handle.dispatch(1, nobody));
  }

  private Object argument(String function, Class<?> type) throws Exception {
    if (type == int.class) {
      return function.equals("pcap_sendpacket") ? TestFrames.numbered(1).length : 1;
    } else if (type == byte[].class) {
      return TestFrames.numbered(1);
    } else if (type == String.class) {
      return function.equals("pcap_dump_open") ? file : "";
    } else if (type.getSimpleName().equals("bpf_program")) {
      return program;
    } else if (type == Pointer.class
        || type.isInterface()
        || type.getSimpleName().equals("Function")) {
      return null;
    }
    return instance(type);
  }

  private static Object instance(Class<?> type) throws Exception {
    var constructor = type.getDeclaredConstructor();
    constructor.setAccessible(true);
    return constructor.newInstance();
  }
}
