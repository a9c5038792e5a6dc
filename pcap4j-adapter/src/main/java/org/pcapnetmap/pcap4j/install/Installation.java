package org.pcapnetmap.pcap4j.install;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.net.URL;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.pcapnetmap.pcap4j.rewrite.KnownVersions;
import org.pcapnetmap.pcap4j.rewrite.Pcap4jClass;
import org.pcapnetmap.pcap4j.rewrite.UnknownPcap4jException;

/** The adapter in one class loader that pcap4j is in. */
final class Installation {
  /** A class of pcap4j's that refers to nothing, by which its package can be entered. */
  private static final String DOOR = Companions.PACKAGE + "NotOpenException";

  private Installation() {}

  /** Returns the class by which pcap4j's package can be entered; loads nothing else. */
  static Class<?> door(ClassLoader loader) throws ClassNotFoundException {
    return Class.forName(DOOR, false, loader);
  }

  /**
   * Rewrites all classes, so that it is known that all can be.
   *
   * @param loader has pcap4j
   * @return class files
   */
  static Map<Pcap4jClass, byte[]> rewriteAll(ClassLoader loader) throws UnknownPcap4jException {
    Map<Pcap4jClass, byte[]> files = new EnumMap<>(Pcap4jClass.class);
    for (Pcap4jClass type : Pcap4jClass.values()) {
      files.put(type, type.rewrite(read(loader, type)));
    }
    KnownVersions.require(file -> loader.getResource(file) != null);
    return files;
  }

  /** Whether the companions are there, by whatever way. */
  static boolean isBroughtIn(ClassLoader loader) {
    try {
      Class.forName(Companions.PACKAGE + "NetmapEngine", false, loader);
      return true;
    } catch (ClassNotFoundException e) {
      return false;
    }
  }

  /** Whether there is a patch jar, but pcap4j's own class is found before the patch. */
  static boolean isPatchHidden(ClassLoader loader) {
    URL companion = loader.getResource(Companions.PACKAGE.replace('.', '/') + "NetmapEngine.class");
    URL patched = loader.getResource(Pcap4jClass.NATIVE_MAPPINGS.internalName() + ".class");
    return companion != null && !folder(companion).equals(folder(patched));
  }

  private static String folder(URL file) {
    String path = file.toString();
    return path.substring(0, path.lastIndexOf('/'));
  }

  private static byte[] read(ClassLoader loader, Pcap4jClass type) {
    String file = type.internalName() + ".class";
    try (InputStream in = loader.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is not to be read from pcap4j's class loader");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be read", e);
    }
  }

  /**
   * Defines the companions in pcap4j's package and shows them the engine.
   *
   * @param lookup enters the package
   * @param complete says, before the engine is used, whether all of pcap4j's classes are rewritten
   */
  static void bringIn(MethodHandles.Lookup lookup, BooleanSupplier complete)
      throws ReflectiveOperationException {
    ClassLoader pcap4j = lookup.lookupClass().getClassLoader();
    Map<String, Class<?>> companions = Companions.define(lookup);
    Class<?> engine = companions.get(Companions.PACKAGE + "NetmapEngine");
    lookup.findStaticVarHandle(engine, "complete", BooleanSupplier.class).setVolatile(complete);
    lookup
        .findStaticVarHandle(engine, "loader", ClassLoader.class)
        .setVolatile(new EngineLoader(AdapterJar.url(), pcap4j, companions));
  }
}
