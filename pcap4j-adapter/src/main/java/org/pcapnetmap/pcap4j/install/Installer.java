package org.pcapnetmap.pcap4j.install;

import java.lang.invoke.MethodHandles;
import java.util.Map;
import java.util.WeakHashMap;
import org.pcapnetmap.pcap4j.rewrite.Pcap4jClass;
import org.pcapnetmap.pcap4j.rewrite.UnknownPcap4jException;

/** Brings the adapter in without an agent: defines the rewritten classes before they are loaded. */
public final class Installer {
  private static final String REMEDY =
      "; call NetmapPcap4j.install() first in main, in a class that does not mention pcap4j, or"
          + " start Java with -javaagent";

  /** Where it went wrong half way, which a second call cannot mend. */
  private static final Map<ClassLoader, String> FAILED = new WeakHashMap<>();

  private Installer() {}

  /**
   * Brings the adapter in.
   *
   * @param from finds pcap4j
   * @throws IllegalStateException when that cannot be
   */
  public static synchronized void install(ClassLoader from) {
    try {
      Class<?> door = Installation.door(from);
      String failure = FAILED.get(door.getClassLoader());
      if (failure != null) {
        throw new IllegalStateException(failure);
      }
      if (!isThere(door.getClassLoader())) {
        define(door);
      }
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("pcap4j-core is not on the class path", e);
    } catch (UnknownPcap4jException e) {
      throw new IllegalStateException(
          "this pcap4j is none of the known versions 1.8 and 2.0: " + e.getMessage(), e);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(
          "pcap4j is a module that lets nobody in: start Java with -javaagent, or with"
              + " --add-opens org.pcap4j.core/org.pcap4j.core=ALL-UNNAMED",
          e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("the adapter cannot be set up", e);
    }
  }

  /**
   * Whether the companions are there already: by the agent, a call before, or the patch jar, which
   * does nothing behind pcap4j-core.
   */
  private static boolean isThere(ClassLoader loader) {
    if (!Installation.isBroughtIn(loader)) {
      return false;
    }
    if (Installation.isPatchHidden(loader)) {
      throw new IllegalStateException(
          "the patch jar is behind pcap4j-core on the class path, where it does nothing: put it"
              + " first");
    }
    return true;
  }

  private static void define(Class<?> door)
      throws UnknownPcap4jException, ReflectiveOperationException {
    Map<Pcap4jClass, byte[]> files = Installation.rewriteAll(door.getClassLoader());
    MethodHandles.Lookup lookup = MethodHandles.privateLookupIn(door, MethodHandles.lookup());
    Installation.bringIn(lookup, () -> true); // NativeMappings, the last one, is rewritten or stock
    for (Map.Entry<Pcap4jClass, byte[]> file : files.entrySet()) {
      try {
        lookup.defineClass(file.getValue());
      } catch (LinkageError e) {
        String failure = file.getKey().className() + " was loaded before" + REMEDY;
        FAILED.put(door.getClassLoader(), failure);
        throw new IllegalStateException(failure, e);
      }
    }
  }
}
