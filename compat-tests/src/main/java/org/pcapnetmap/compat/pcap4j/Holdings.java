package org.pcapnetmap.compat.pcap4j;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What this JVM holds of the machine, after a collection of garbage. */
final class Holdings {
  private static final Path PROCESS = Path.of("/proc/self");
  private static final String ANONYMOUS = "RssAnon:";
  private static final int BYTES_OF_KILOBYTE = 1024;

  private Holdings() {}

  /** Members of a JSON object: bytes of the heap and of native memory, and counts. */
  static String figures() throws IOException {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    return String.format(
        "\"heap\":%d,\"anonymous\":%d,\"direct\":%d,\"mappings\":%d,\"descriptors\":%d",
        heap, anonymous(), direct(), mappings(), descriptors());
  }

  /** Memory that is neither a file's nor shared: heap and what malloc and the compiler have. */
  private static long anonymous() throws IOException {
    for (String line : Files.readAllLines(PROCESS.resolve("status"))) {
      if (line.startsWith(ANONYMOUS)) {
        return Long.parseLong(line.replaceAll("\\D", "")) * BYTES_OF_KILOBYTE;
      }
    }
    throw new IOException("/proc/self/status has no line " + ANONYMOUS);
  }

  private static long direct() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .mapToLong(BufferPoolMXBean::getCount)
        .sum();
  }

  /** Mappings of the device's memory; those of the JVM's own come and go. */
  private static long mappings() throws IOException {
    try (Stream<String> lines = Files.lines(PROCESS.resolve("maps"))) {
      return lines.filter(line -> line.contains("/dev/shm") || line.contains("memfd:")).count();
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(PROCESS.resolve("fd"))) {
      return open.count();
    }
  }
}
