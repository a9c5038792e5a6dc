package org.pcapnetmap.pcap4j;

import org.pcapnetmap.pcap4j.install.Installer;

/**
 * Puts netmap rings under pcap4j by one call, for programs that cannot be started with the agent.
 *
 * <pre>{@code
 * public static void main(String[] args) throws Exception {
 *   NetmapPcap4j.install();
 *   ...
 * }
 * }</pre>
 */
public final class NetmapPcap4j {
  private NetmapPcap4j() {}

  /**
   * Puts rings under the pcap4j that this class's own loader, or else the thread's context loader,
   * finds. Must be called before any class of pcap4j's is used; a second call does nothing.
   *
   * @throws IllegalStateException when it comes too late, or this pcap4j is not a known version;
   *     the message says what to do, and pcap4j stays as it is
   */
  public static void install() {
    Installer.install(NetmapPcap4j.class.getClassLoader());
  }

  /**
   * Puts rings under the pcap4j that a class loader finds.
   *
   * @param loader has pcap4j, or its parent has
   * @throws IllegalStateException as for {@link #install()}
   */
  public static void install(ClassLoader loader) {
    Installer.install(loader);
  }
}
