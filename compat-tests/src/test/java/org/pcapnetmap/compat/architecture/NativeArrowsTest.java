package org.pcapnetmap.compat.architecture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The device library stands alone; what lies above it in C sees only its public headers. */
class NativeArrowsTest {
  private static final Path DEVICE = ProjectFiles.TOP.resolve("pcap-netmap/src/main/c");
  private static final Path PRELOAD = ProjectFiles.TOP.resolve("native-preload/src/main/c");
  private static final Set<String> PUBLIC_HEADERS =
      Set.of("nmd.h", "netmap_abi.h", "netmap_requests.h");

  /** Of the device's own headers, those that the faces look into; each is one to do without. */
  private static final Set<String> SHARED_HEADERS =
      Set.of("adopt.h", "close.h", "errand.h", "netmap_view.h", "port.h", "process.h", "runtime.h");

  private static final Pattern OWN_INCLUDE = Pattern.compile("(?m)^#\\s*include \"([^\"]+)\"");
  private static final Pattern PCAP_INCLUDE = Pattern.compile("(?m)^#\\s*include [<\"]pcap");

  @Test
  void deviceLibraryIncludesOnlyItsOwnHeaders() throws IOException {
    assertEquals(List.of(), foreignIncludes(DEVICE, Set.of()));
  }

  @Test
  void deviceLibraryDoesNotKnowLibpcap() throws IOException {
    for (Path file : sources(DEVICE)) {
      assertFalse(PCAP_INCLUDE.matcher(Files.readString(file)).find(), file::toString);
    }
  }

  @Test
  void preloadedLibrarySeesOnlyTheSharedHeadersOfTheDevice() throws IOException {
    Set<String> seen = new HashSet<>(PUBLIC_HEADERS);
    seen.addAll(SHARED_HEADERS);
    assertEquals(List.of(), foreignIncludes(PRELOAD, seen));
  }

  /** Returns "file: header" for each quoted header that is neither beside the file nor allowed. */
  private static List<String> foreignIncludes(Path folder, Set<String> allowed) throws IOException {
    List<String> foreign = new ArrayList<>();
    for (Path file : sources(folder)) {
      OWN_INCLUDE
          .matcher(Files.readString(file))
          .results()
          .map(include -> include.group(1))
          .filter(header -> !allowed.contains(header) && !isWithin(folder, file, header))
          .forEach(header -> foreign.add(folder.relativize(file) + ": " + header));
    }
    return foreign;
  }

  private static boolean isWithin(Path folder, Path file, String header) {
    return Stream.of(folder, file.getParent())
        .map(from -> from.resolve(header).normalize())
        .anyMatch(found -> found.startsWith(folder) && Files.exists(found));
  }

  private static Set<Path> sources(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      Set<Path> sources =
          files
              .filter(file -> file.toString().matches(".*\\.(c|h|def)"))
              .collect(Collectors.toSet());
      assertFalse(sources.isEmpty(), folder + " holds no C source");
      return sources;
    }
  }
}
