package org.pcapnetmap.pcap4j.install;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import org.pcapnetmap.pcap4j.rewrite.CompanionFile;
import org.pcapnetmap.pcap4j.rewrite.KnownVersions;
import org.pcapnetmap.pcap4j.rewrite.Pcap4jClass;
import org.pcapnetmap.pcap4j.rewrite.UnknownPcap4jException;

/**
 * Writes the jar for launches without an agent: a pcap4j's rewritten classes, the companions beside
 * them, and the ring engine. It goes before pcap4j-core on the class path, or is a patch of the
 * module org.pcap4j.core.
 */
final class PatchJar {
  private static final String ENGINE = "org/pcapnetmap/";
  private static final String LIBRARIES = "linux-";
  private static final String LICENSE = "META-INF/LICENSE";

  private PatchJar() {}

  /**
   * Writes it.
   *
   * @param pcap4j the pcap4j-core jar that it is for
   * @param patch to be written, or overwritten
   * @throws IOException when one of the jars cannot be read or written
   * @throws UnknownPcap4jException when this pcap4j is not built as the known ones are
   */
  static void write(Path pcap4j, Path patch) throws IOException, UnknownPcap4jException {
    Map<String, byte[]> rewritten = rewrite(pcap4j);
    try (JarFile adapter = new JarFile(adapter().toFile());
        JarOutputStream to = new JarOutputStream(Files.newOutputStream(patch))) {
      for (Map.Entry<String, byte[]> file : rewritten.entrySet()) {
        put(to, file.getKey(), file.getValue());
      }
      for (Map.Entry<String, byte[]> file : Companions.classFiles().entrySet()) {
        put(to, file.getKey().replace('.', '/') + ".class", file.getValue());
      }
      copyEngine(adapter, to);
    }
  }

  /** All of them, before a file is made: when one cannot be, there is no jar. */
  private static Map<String, byte[]> rewrite(Path pcap4j)
      throws IOException, UnknownPcap4jException {
    Map<String, byte[]> rewritten = new LinkedHashMap<>();
    try (JarFile from = new JarFile(pcap4j.toFile())) {
      for (Pcap4jClass type : Pcap4jClass.values()) {
        String file = type.internalName() + ".class";
        rewritten.put(file, type.rewrite(read(from, file)));
      }
      KnownVersions.require(file -> from.getEntry(file) != null);
    }
    return rewritten;
  }

  private static Path adapter() {
    try {
      return Path.of(AdapterJar.url().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e); // a jar's place is a file
    }
  }

  private static byte[] read(JarFile jar, String file) throws IOException, UnknownPcap4jException {
    JarEntry entry = jar.getJarEntry(file);
    if (entry == null) {
      throw new IOException(jar.getName() + " has no " + file + "; name the pcap4j-core jar");
    }
    return read(jar, entry);
  }

  private static byte[] read(JarFile jar, JarEntry entry) throws IOException {
    try (InputStream in = jar.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  private static void copyEngine(JarFile adapter, JarOutputStream to) {
    adapter.stream()
        .filter(entry -> !entry.isDirectory() && isEngine(entry.getName()))
        .forEach(
            entry -> {
              try {
                put(to, entry.getName(), read(adapter, entry));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
  }

  private static boolean isEngine(String name) {
    return name.startsWith(LIBRARIES)
        || name.equals(LICENSE)
        || name.startsWith(ENGINE)
        || name.startsWith(CompanionFile.FOLDER);
  }

  private static void put(JarOutputStream to, String name, byte[] content) throws IOException {
    JarEntry entry = new JarEntry(name);
    entry.setTime(0); // the same content makes the same jar
    to.putNextEntry(entry);
    to.write(content);
    to.closeEntry();
  }
}
