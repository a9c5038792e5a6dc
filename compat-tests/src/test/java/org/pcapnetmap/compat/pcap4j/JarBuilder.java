package org.pcapnetmap.compat.pcap4j;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

/** Writes jars as build tools would: stored, not compressed, since some hold other jars. */
final class JarBuilder implements AutoCloseable {
  private final JarOutputStream out;

  JarBuilder(Path jar, Map<String, String> manifest) throws IOException {
    Manifest written = new Manifest();
    Attributes attributes = written.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.forEach(attributes::putValue);
    out = new JarOutputStream(Files.newOutputStream(jar), written);
  }

  void add(String name, byte[] content) throws IOException {
    CRC32 sum = new CRC32();
    sum.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(content.length);
    entry.setCrc(sum.getValue());
    out.putNextEntry(entry);
    out.write(content);
    out.closeEntry();
  }

  /** Adds the files of a folder under a prefix. */
  void addFolder(String prefix, Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        add(prefix + folder.relativize(file), Files.readAllBytes(file));
      }
    }
  }

  /** Adds whole jars as files in a folder. */
  void addJars(String prefix, List<Path> jars) throws IOException {
    for (Path jar : jars) {
      add(prefix + jar.getFileName(), Files.readAllBytes(jar));
    }
  }

  /** Adds what is in a jar, its manifest left out. */
  void addContent(Path jar) throws IOException {
    addContent(jar, (name, content) -> content);
  }

  /** Adds what is in a jar, its manifest left out, changed by a function of name and content. */
  void addContent(Path jar, BiFunction<String, byte[], byte[]> change) throws IOException {
    try (JarFile from = new JarFile(jar.toFile())) {
      for (var entry : from.stream().filter(e -> !e.isDirectory()).toList()) {
        if (!entry.getName().equals(JarFile.MANIFEST_NAME)) {
          byte[] content = from.getInputStream(entry).readAllBytes();
          add(entry.getName(), change.apply(entry.getName(), content));
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    out.close();
  }
}
