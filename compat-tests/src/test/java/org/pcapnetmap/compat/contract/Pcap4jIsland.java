package org.pcapnetmap.compat.contract;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.pcapnetmap.pcap.LiveHandle;

/** The suite and what it tests once more, on a pcap4j and a JNA of its own; JUnit is shared. */
final class Pcap4jIsland extends URLClassLoader {
  private static final List<String> SHARED = List.of("org.junit.", "org.opentest4j.");

  Pcap4jIsland(List<Path> jars) throws MalformedURLException {
    super(urls(jars), ClassLoader.getPlatformClassLoader());
  }

  private static URL[] urls(List<Path> jars) throws MalformedURLException {
    List<URL> urls = new ArrayList<>();
    for (Path jar : jars) {
      urls.add(jar.toUri().toURL());
    }
    for (Class<?> own : List.of(Pcap4jIsland.class, LiveHandle.class)) {
      urls.add(own.getProtectionDomain().getCodeSource().getLocation());
    }
    return urls.toArray(URL[]::new);
  }

  @Override
  protected Class<?> findClass(String name) throws ClassNotFoundException {
    return SHARED.stream().anyMatch(name::startsWith)
        ? Pcap4jIsland.class.getClassLoader().loadClass(name)
        : super.findClass(name);
  }
}
