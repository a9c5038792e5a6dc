package org.pcapnetmap.pcap4j.install;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.Enumeration;
import java.util.Map;

/**
 * Loads the ring engine from the adapter's jar, for one pcap4j: with the JNA that this pcap4j uses,
 * and whatever else the application has under the engine's names.
 */
final class EngineLoader extends URLClassLoader {
  private static final String ENGINE = "org.pcapnetmap.";

  static {
    registerAsParallelCapable();
  }

  private final Map<String, Class<?>> companions;

  /** For a pcap4j that a loader has, and the companions defined there. */
  EngineLoader(URL jar, ClassLoader pcap4j, Map<String, Class<?>> companions) {
    super("pcap-netmap engine", new URL[] {jar}, pcap4j);
    this.companions = companions;
  }

  @Override
  protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
    if (companions.containsKey(name)) {
      return companions.get(name);
    }
    return name.startsWith(ENGINE) ? own(name) : super.loadClass(name, resolve);
  }

  private Class<?> own(String name) throws ClassNotFoundException {
    synchronized (getClassLoadingLock(name)) {
      Class<?> loaded = findLoadedClass(name);
      return loaded == null ? findClass(name) : loaded;
    }
  }

  @Override
  public URL getResource(String name) {
    URL own = findResource(name);
    return own == null ? super.getResource(name) : own;
  }

  @Override
  public Enumeration<URL> getResources(String name) throws IOException {
    return findResources(name);
  }
}
