package org.pcapnetmap.compat.tools;

import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.PortOptions;

/**
 * Opens a port, to capture or with the second argument "raw" to use it, or prints which exception
 * was thrown instead.
 */
final class OpenPort {
  private OpenPort() {}

  public static void main(String[] args) {
    boolean raw = args.length > 1 && args[1].equals("raw");
    PortOptions options = raw ? PortOptions.raw() : PortOptions.capture();
    try (NetmapPort port = NetmapPort.open(args[0], options)) {
      System.out.println("opened " + port.name());
    } catch (NetmapException e) {
      System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
    }
  }
}
