package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Java virtual machines whose programs load libpcap by JNA, and start children. */
@Tag("interface")
@Timeout(180)
class JvmTest {
  /** Preloaded by hand: nmrun would start them with the pcap4j adapter. */
  private static final Map<String, String> PRELOAD =
      Map.of(
          "LD_PRELOAD",
          Tools.TOP.resolve("native-preload/target/native/libpcap-netmap.so").toString());

  @TempDir private Path folder;

  private static RunningTool start(Place net, List<String> options) throws IOException {
    return net.start(PRELOAD, command(options, net.port("1")));
  }

  private static List<String> command(List<String> options, String port) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(
        List.of(
            "-cp", System.getProperty("java.class.path"), JnaCapture.class.getName(), port, "4"));
    return command;
  }

  @ParameterizedTest
  @ValueSource(strings = {"VFORK", "FORK", "POSIX_SPAWN"})
  void jnaProgramsCaptureOnPorts(String childrenBy) throws Exception {
    List<String> options = List.of("-Djdk.lang.Process.launchMechanism=" + childrenBy);
    try (Place net = Place.ofThisRun();
        RunningTool java = start(net, options)) {
      java.awaitText("opened");
      net.send(Frames.mixed(4));
      assertEquals(0, java.exitCode(), java::toString);
      assertEquals(List.of("opened", "60", "97", "134", "171"), java.out(), java::toString);
      net.assertNobodyLeft();
    }
  }

  /** There pcap4j is served in Java, and the libpcap that compiles filters is libpcap. */
  @Test
  void withThePcap4jAdapterTheyGetLibpcap() throws Exception {
    Path jar = folder.resolve("pcap4j-adapter-test.jar");
    writeAgent(jar);
    try (RunningTool java =
        RunningTool.start(PRELOAD, command(List.of("-javaagent:" + jar), "vale9:9"))) {
      assertEquals(0, java.exitCode(), java::toString);
      assertTrue(java.out().get(0).contains("No such device exists"), java::toString);
    }
  }

  @Test
  void withAnotherAgentTheyGetPorts() throws Exception {
    Path jar = folder.resolve("other-agent.jar");
    writeAgent(jar);
    try (Place net = Place.ofThisRun();
        RunningTool java = start(net, List.of("-javaagent:" + jar))) {
      java.awaitText("opened");
      net.send(Frames.mixed(4));
      assertEquals(0, java.exitCode(), java::toString);
    }
  }

  private static void writeAgent(Path jar) throws IOException {
    Manifest manifest = new Manifest();
    manifest.getMainAttributes().put(Attributes.Name.MANIFEST_VERSION, "1.0");
    manifest.getMainAttributes().putValue("Premain-Class", JnaCapture.class.getName());
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar), manifest)) {
      out.putNextEntry(new ZipEntry("empty"));
      out.closeEntry();
    }
  }
}
