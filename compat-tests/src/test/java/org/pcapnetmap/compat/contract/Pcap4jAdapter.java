package org.pcapnetmap.compat.contract;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;

/** Puts the adapter, from the jar that users have, under the pcap4j of the tests. */
final class Pcap4jAdapter {
  private static final Path JAR =
      Path.of(System.getProperty("nmcap.home"), "pcap4j-adapter/target/pcap4j-adapter.jar");

  /** Set up by the first use. */
  private static final class Once {
    static {
      try {
        URL[] jar = {JAR.toUri().toURL()};
        ClassLoader loader = new URLClassLoader(jar, ClassLoader.getPlatformClassLoader());
        Class.forName("org.pcapnetmap.pcap4j.NetmapPcap4j", true, loader)
            .getMethod("install", ClassLoader.class)
            .invoke(null, Pcap4jAdapter.class.getClassLoader());
      } catch (ReflectiveOperationException | java.net.MalformedURLException e) {
        throw new IllegalStateException(JAR + ": mvn package makes it", e);
      }
    }

    private Once() {}

    static void setUp() {}
  }

  private Pcap4jAdapter() {}

  static void install() {
    Once.setUp();
  }
}
