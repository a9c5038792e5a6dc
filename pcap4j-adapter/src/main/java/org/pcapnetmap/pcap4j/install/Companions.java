package org.pcapnetmap.pcap4j.install;

import java.lang.invoke.MethodHandles;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.pcapnetmap.pcap4j.rewrite.CompanionFile;

/** The adapter's classes that live in pcap4j's package. */
final class Companions {
  static final String PACKAGE = "org.pcap4j.core.";

  /** Each is linked when it is defined: what it is checked against goes before. */
  private static final List<String> NAMES =
      List.of(
          "StockNatives",
          "NetmapOption",
          "HeaderPointer$TimePart",
          "HeaderPointer",
          "BytesPointer",
          "NetmapPacket",
          "NetmapNext$Header",
          "NetmapNext$Reference",
          "NetmapNext",
          "NetmapHandle",
          "NetmapEngine$Device",
          "NetmapEngine",
          "NetmapEngine$NoEngine",
          "NetmapEngine$Holder",
          "InterfaceLayout",
          "NetmapDatalinks",
          "NetmapInterfaces$Copy",
          "NetmapInterfaces",
          "NetmapLibrary",
          "NetmapHooks",
          "NetmapNatives");

  private Companions() {}

  /** Returns the class files by the classes' names. */
  static Map<String, byte[]> classFiles() {
    Map<String, byte[]> files = new LinkedHashMap<>();
    for (String name : NAMES) {
      files.put(PACKAGE + name, CompanionFile.read(name));
    }
    return files;
  }

  /** Defines them beside the lookup's class; returns them by name. */
  static Map<String, Class<?>> define(MethodHandles.Lookup lookup) throws IllegalAccessException {
    Map<String, Class<?>> defined = new LinkedHashMap<>();
    for (Map.Entry<String, byte[]> file : classFiles().entrySet()) {
      defined.put(file.getKey(), lookup.defineClass(file.getValue()));
    }
    return defined;
  }
}
