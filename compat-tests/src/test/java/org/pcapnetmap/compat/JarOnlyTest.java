package org.pcapnetmap.compat;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.jna.Native;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pcapnetmap.netmap.NetmapDevice;

/** A program that has our jar and JNA's, and nothing else of this build, opens a port. */
@Timeout(120)
final class JarOnlyTest {
  private static final String LIBRARY = "libnetmap-device.so";
  private static final String PROPERTY = "pcapnetmap.device.library";
  private static final String NOBODY = "65534";
  private static final String PROBE =
      """
      import org.pcapnetmap.netmap.*;

      class Probe {
        public static void main(String[] args) {
          if (!NetmapDevice.isAvailable()) {
            System.out.println("unavailable: " + NetmapDevice.unavailabilityCause().getMessage());
            return;
          }
          try (NetmapPort port = NetmapPort.open(args[0])) {
            System.out.println("opened " + port.name());
          } catch (NetmapException e) {
            System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
          }
        }
      }
      """;

  @TempDir private Path home;

  private final String port = "vale" + ProcessHandle.current().pid() + "j:a";
  private Path ours;
  private Path jna;

  @BeforeEach
  void copyJars() throws Exception {
    Files.setPosixFilePermissions(home, PosixFilePermissions.fromString("rwxr-xr-x"));
    ours = copyJar(NetmapDevice.class, "ours.jar");
    jna = copyJar(Native.class, "jna.jar");
    Files.writeString(home.resolve("Probe.java"), PROBE);
  }

  private Path copyJar(Class<?> content, String name) throws IOException, URISyntaxException {
    Path from = Path.of(content.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path to = home.resolve(name);
    if (Files.isRegularFile(from)) {
      return Files.copy(from, to);
    }
    // A build that stops before the package phase has folders only: pack them as it would.
    String[] pack = {"--create", "--file", to.toString(), "-C", from.toString(), "."};
    assertEquals(0, ToolProvider.findFirst("jar").orElseThrow().run(System.out, System.err, pack));
    return to;
  }

  @Test
  void theLibraryTravelsInTheJar() throws Exception {
    assertEquals("opened " + port, probe(List.of(), List.of(), ours, jna));
  }

  @Test
  void withoutJnaTheCauseNamesJna() throws Exception {
    String said = probe(List.of(), List.of(), ours);
    assertTrue(said.startsWith("unavailable: ") && said.contains("net.java.dev.jna:jna"), said);
  }

  @Test
  void withoutJnasNativePartTheCauseNamesItsDirectory() throws Exception {
    List<String> noNative = List.of("-Djna.nosys=true", "-Djna.noclasspath=true");
    String said = probe(List.of(), noNative, ours, jna);
    assertTrue(said.startsWith("unavailable: ") && said.contains("-Djna.tmpdir="), said);
  }

  @Test
  void withoutALibraryTheCauseNamesEveryPlace() throws Exception {
    takeLibrary(home.resolve("taken"));
    String said = probe(List.of(), List.of(), ours, jna);
    assertTrue(said.startsWith("unavailable: "), said);
    for (String place :
        List.of("class path resource linux-", "system library " + LIBRARY, "-D" + PROPERTY)) {
      assertTrue(said.contains(place), () -> place + " is missing in: " + said);
    }
  }

  @Test
  void aPropertyNamesAnotherLibrary() throws Exception {
    Path taken = home.resolve("taken");
    takeLibrary(taken);
    assertEquals("opened " + port, probe(List.of(), List.of(define(taken)), ours, jna));
    String said = probe(List.of(), List.of(define(home.resolve("missing.so"))), ours, jna);
    assertTrue(said.startsWith("unavailable: ") && said.contains("missing.so ("), said);
  }

  @Test
  void anotherUsersDirectoryIsRefused() throws Exception {
    List<String> asNobody = List.of("setpriv", "--reuid", NOBODY, "--clear-groups");
    assumeTrue("root".equals(System.getProperty("user.name")), "only root can become nobody");
    Path directory = Files.createTempDirectory(Path.of("/dev/shm"), "netmap-test-");
    try {
      List<String> inDirectory =
          Stream.concat(asNobody.stream(), Stream.of("env", "NETMAP_RUNTIME_DIR=" + directory))
              .toList();
      String said = probe(inDirectory, List.of(), ours, jna);
      assertTrue(said.startsWith("PermissionException: "), said);
      assertTrue(said.contains(directory.toString()) && said.contains("another user's"), said);
    } finally {
      Files.delete(directory);
    }
  }

  private static String define(Path library) {
    return "-D" + PROPERTY + "=" + library;
  }

  /** Takes the library out of our jar. */
  private void takeLibrary(Path to) throws IOException {
    try (FileSystem jar = FileSystems.newFileSystem(ours);
        Stream<Path> content = Files.walk(jar.getPath("/"))) {
      for (Path path : content.filter(file -> file.endsWith(LIBRARY)).toList()) {
        try (InputStream library = Files.newInputStream(path)) {
          Files.copy(library, to);
        }
        Files.delete(path);
      }
    }
    assertTrue(Files.exists(to), LIBRARY + " was not in the jar");
  }

  /** What the probe says in a process whose class path is these jars. */
  private String probe(List<String> wrapper, List<String> options, Path... classPath)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.add("-cp");
    command.add(String.join(":", Stream.of(classPath).map(Path::toString).toList()));
    command.addAll(List.of(home.resolve("Probe.java").toString(), port));
    Path elsewhere = Files.createDirectories(home.resolve("elsewhere"));
    Process process =
        new ProcessBuilder(command).directory(elsewhere.toFile()).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
    assertEquals(0, process.waitFor(), said);
    return said;
  }
}
