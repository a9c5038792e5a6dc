package org.pcapnetmap.pcap4j.install;

import java.util.EnumSet;
import java.util.Set;
import org.pcapnetmap.pcap4j.rewrite.Pcap4jClass;

/**
 * What becomes of the pcap4j in one class loader: all its classes are rewritten, or it stays as it
 * is, which is said once, on standard error.
 */
final class Acceleration {
  private final Set<Pcap4jClass> rewritten = EnumSet.noneOf(Pcap4jClass.class);
  private boolean refused;

  /** Leaves pcap4j as it is, and has nothing to say about it. */
  synchronized void leave() {
    refused = true;
  }

  /** Leaves pcap4j as it is from now on, and says why. */
  synchronized void refuse(String why) {
    if (!refused) {
      refused = true;
      System.err.println("pcap-netmap: " + why + "; pcap4j stays as it is");
    }
  }

  synchronized boolean isRefused() {
    return refused;
  }

  /** Notes that a class is rewritten. */
  synchronized void note(Pcap4jClass type) {
    rewritten.add(type);
  }

  synchronized boolean has(Pcap4jClass type) {
    return rewritten.contains(type);
  }

  /**
   * Whether every class is rewritten, asked before the first port is opened or listed: those that
   * are not loaded yet are loaded now, and one that has gone another way leaves pcap4j stock. The
   * rewritten ones do nothing by themselves: no handle is one of ours then.
   *
   * @param loader has pcap4j
   */
  boolean isComplete(ClassLoader loader) {
    for (Pcap4jClass type : Pcap4jClass.values()) {
      try {
        Class.forName(type.className(), false, loader);
      } catch (ClassNotFoundException | LinkageError e) {
        refuse(type.className() + " cannot be loaded (" + e + ")");
      }
      if (!has(type)) {
        refuse(type.className() + " was loaded past the agent: start Java with -javaagent");
      }
    }
    return !isRefused();
  }
}
