package org.pcap4j.core;

import com.sun.jna.Pointer;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.pcap4j.core.NativeMappings.PcapLibrary;

/** What the adapter calls from the middle of pcap4j's methods. */
final class NetmapHooks {
  private NetmapHooks() {}

  /** Whether a handle is on a netmap port. */
  static boolean isOurs(Pointer handle) {
    return handle instanceof NetmapHandle;
  }

  /**
   * Closes a handle of ours, which no new call can use any more. pcap4j would wait for the running
   * ones, too, but without telling them to end, and for ever if the caller is inside one itself.
   *
   * @param handle ours
   * @param lock held for reading by everyone inside a call
   */
  static void close(Pointer handle, ReentrantReadWriteLock lock) {
    NetmapHandle ours = (NetmapHandle) handle;
    ours.stop();
    if (lock.getReadHoldCount() == 0) {
      closeAlone(ours, lock);
    } else {
      Thread closing = new Thread(() -> closeAlone(ours, lock), "pcap-netmap close");
      closing.setDaemon(true); // a stream that is never closed shall not keep the JVM
      closing.start();
    }
  }

  private static void closeAlone(NetmapHandle ours, ReentrantReadWriteLock lock) {
    lock.writeLock().lock();
    try {
      NetmapNatives.pcap_close(ours);
    } finally {
      lock.writeLock().unlock();
    }
  }

  /** Takes the place of the library that pcap4j has just bound. */
  static PcapLibrary library(PcapLibrary stock) {
    return NetmapLibrary.before(stock);
  }

  /** A variable of Windows that pcap4j 2 reads on Linux, too, where it is not set. */
  static String orEmpty(String variable) {
    return variable == null ? "" : variable;
  }
}
