package org.pcapnetmap.compat.pcap4j;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcapnetmap.compat.tools.RunningTool;

/**
 * A pcap4j that binds a function of libpcap which no version knows stays as it is, and so does an
 * older one.
 */
class UnknownVersionTest {
  private static final String NATIVES = "org/pcap4j/core/NativeMappings.class";
  private static final String KNOWN = "pcap_lookupdev";
  private static final String OTHER = "pcap_set_rfmon";
  private static final String SAYS = "this pcap4j is none of the known versions 1.8 and 2.0: ";

  @TempDir private Path folder;
  private Path core;
  private List<Path> path;

  @BeforeEach
  void change() throws IOException {
    core = folder.resolve("pcap4j-core-other.jar");
    Path published = Pcap4jVersion.jar("pcap4j-core-1.8.2.jar");
    try (JarBuilder jar = new JarBuilder(core, Map.of())) {
      jar.addContent(published, (name, bytes) -> name.equals(NATIVES) ? other(bytes) : bytes);
    }
    path = new ArrayList<>(List.of(core));
    path.addAll(Pcap4jVersion.V1.jars());
    path.remove(published);
  }

  /** Names in class files have their length before them, and these two have the same. */
  private static byte[] other(byte[] classFile) {
    String text = new String(classFile, ISO_8859_1);
    assertTrue(text.contains(KNOWN));
    return text.replace(KNOWN, OTHER).getBytes(ISO_8859_1);
  }

  @Test
  void agent() throws Exception {
    assertStaysStock(OTHER);
  }

  /** Its native functions are those of 1.8, but nobody has tried it. */
  @Test
  void agentBeforeAnOlderVersion() throws Exception {
    useOlder();
    assertStaysStock("it is older than 1.8; take pcap4j-core 1.8.2");
  }

  private void useOlder() {
    path.set(0, Pcap4jVersion.jar("pcap4j-core-1.7.7.jar"));
    path.remove(Pcap4jVersion.jar("pcap4j-packetfactory-static-1.8.2.jar"));
  }

  private void assertStaysStock(String why) throws Exception {
    path.add(Application.compile("Opens", Pcap4jVersion.V1, folder).classes());
    List<String> command =
        List.of(
            Jdk.running().java(),
            "-javaagent:" + Pcap4jVersion.ADAPTER,
            "-cp",
            Pcap4jVersion.classPath(path),
            "Opens",
            "vale0:unknown");
    try (RunningTool program = RunningTool.start(Map.of(), command)) {
      assertEquals(0, program.exitCode(), program::toString);
      assertEquals(List.of("stock"), program.out(), program::toString);
      List<String> said =
          program.err().stream().filter(line -> line.startsWith("pcap-netmap")).toList();
      assertEquals(1, said.size(), program::toString);
      assertTrue(said.get(0).startsWith("pcap-netmap: " + SAYS), program::toString);
      assertTrue(said.get(0).contains(why), program::toString);
      assertTrue(said.get(0).endsWith("; pcap4j stays as it is"), program::toString);
    }
  }

  @Test
  void oneCall() throws Exception {
    assertCallRefused();
  }

  @Test
  void oneCallBeforeAnOlderVersion() throws Exception {
    useOlder();
    assertCallRefused();
  }

  private void assertCallRefused() throws Exception {
    path.add(Pcap4jVersion.ADAPTER);
    path.add(Application.compile("LateInstall", Pcap4jVersion.V1, folder, path).classes());
    List<String> command =
        List.of(Jdk.running().java(), "-cp", Pcap4jVersion.classPath(path), "LateInstall");
    try (RunningTool program = RunningTool.start(Map.of(), command)) {
      assertEquals(0, program.exitCode(), program::toString);
      assertTrue(
          program.out().get(0).startsWith("IllegalStateException: " + SAYS), program::toString);
      assertEquals("stock", program.out().get(1), program::toString);
    }
  }

  @Test
  void patchJar() throws Exception {
    assertNoPatchFor(core);
  }

  @Test
  void patchJarOfAnOlderVersion() throws Exception {
    assertNoPatchFor(Pcap4jVersion.jar("pcap4j-core-1.7.7.jar"));
  }

  private void assertNoPatchFor(Path jar) throws Exception {
    Path patch = folder.resolve("patch.jar");
    List<String> command =
        List.of(
            Jdk.running().java(),
            "-jar",
            Pcap4jVersion.ADAPTER.toString(),
            jar.toString(),
            patch.toString());
    try (RunningTool program = RunningTool.start(Map.of(), command)) {
      assertEquals(1, program.exitCode(), program::toString);
      String said = program.err().get(0);
      assertTrue(said.startsWith(jar + ": none of the known versions"), program::toString);
    }
    assertTrue(Files.notExists(patch), "half a patch is worse than none");
  }
}
