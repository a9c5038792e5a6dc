package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/** libpcap's functions that take a handle: which there are, and which were called with one. */
final class HandleFunctions {
  private static final Path HEADER = Path.of("/usr/include/pcap/pcap.h");
  private static final Pattern DECLARED =
      Pattern.compile("PCAP_API[^;(]*?\\b(pcap_\\w+)\\s*\\(pcap_t \\*[^;]*?;");

  /** Those of the header that are only declared for Windows or MS-DOS. */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "pcap_setbuff",
          "pcap_setmode",
          "pcap_setmintocopy",
          "pcap_getevent",
          "pcap_oid_get_request",
          "pcap_oid_set_request",
          "pcap_sendqueue_transmit",
          "pcap_stats_ex",
          "pcap_setuserbuffer",
          "pcap_live_dump",
          "pcap_live_dump_ended",
          "pcap_get_airpcap_handle",
          "pcap_set_wait",
          "pcap_dump_hopen");

  /** Part of a library that can capture from other machines, which Debian's cannot. */
  private static final Set<String> REMOTE = Set.of("pcap_setsampling");

  private static final Set<Object> HANDLES = ConcurrentHashMap.newKeySet();
  private static final Set<String> CALLED = ConcurrentHashMap.newKeySet();

  private HandleFunctions() {}

  /** Those of the installed header; none without libpcap's development package. */
  static Set<String> declared() throws IOException {
    Set<String> declared = new TreeSet<>();
    if (Files.exists(HEADER)) {
      DECLARED
          .matcher(Files.readString(HEADER))
          .results()
          .map(function -> function.group(1))
          .forEach(declared::add);
    }
    declared.removeAll(ELSEWHERE);
    declared.removeAll(REMOTE);
    return declared;
  }

  /** Those that were called since the last {@link #forget}, with a handle of the scenarios'. */
  static Set<String> called() {
    return new TreeSet<>(CALLED);
  }

  static void forget() {
    CALLED.clear();
  }

  /** What a program of the suite has called, as its output shows. */
  static void calledByProgram(String name) {
    CALLED.add(name);
  }

  /** The library, whose calls with a handle are noted. */
  static LibPcap noting(LibPcap library) {
    return (LibPcap)
        Proxy.newProxyInstance(
            LibPcap.class.getClassLoader(),
            new Class<?>[] {LibPcap.class},
            (proxy, method, arguments) -> call(library, method, arguments));
  }

  private static Object call(LibPcap library, Method method, Object[] arguments) throws Throwable {
    try {
      if (arguments[0] != null && HANDLES.contains(arguments[0])) {
        CALLED.add(method.getName());
      }
      Object result = method.invoke(library, arguments);
      // The far end of the pair is where frames are sent, not what is looked at.
      if (opens(method.getName()) && result != null && !VethPair.FAR.equals(arguments[0])) {
        HANDLES.add(result);
      } else if (method.getName().equals("pcap_close")) {
        HANDLES.remove(arguments[0]);
      }
      return result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  private static boolean opens(String name) {
    return name.equals("pcap_create") || name.equals("pcap_open_live");
  }
}
