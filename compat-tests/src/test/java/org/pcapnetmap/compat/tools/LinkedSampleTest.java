package org.pcapnetmap.compat.tools;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The plain C sample, compiled in each way that a user may, counts packets on a port. */
@Timeout(300)
class LinkedSampleTest {
  private static final String SAMPLE =
      Tools.TOP.resolve("samples/src/main/c/count_packets.c").toString();
  private static final String MAKEFILE_FOLDER =
      Tools.TOP.resolve("native-preload/src/main/c").toString();

  @TempDir private Path folder;

  @BeforeEach
  void assumeCompiler() {
    Tools.assumeInstalled("cc");
    Tools.assumeInstalled("make");
    assumeTrue(
        Files.exists(Path.of("/usr/include/pcap/pcap.h")),
        "libpcap's headers are not installed; on Debian: apt-get install libpcap-dev");
  }

  private String compile(String... libraries) throws Exception {
    String program = folder.resolve("count_packets").toString();
    List<String> command =
        new ArrayList<>(List.of("cc", "-Wall", "-Werror", "-o", program, SAMPLE));
    command.addAll(List.of(libraries));
    Tools.output(command.toArray(String[]::new));
    return program;
  }

  private static void assertCounts(Map<String, String> environment, String... command)
      throws Exception {
    try (TestSwitch net = new TestSwitch()) {
      Stream<String> arguments = Stream.of(net.port("1"), "udp port 53", "10");
      List<String> all = Stream.concat(Stream.of(command), arguments).toList();
      try (RunningTool sample = RunningTool.start(environment, all)) {
        sample.awaitText("counting on " + net.port("1"));
        net.send(Frames.mixed(20));
        assertEquals(0, sample.exitCode(), sample::toString);
        int bytes =
            Frames.mixed(20).stream().filter(f -> f[37] == 53).mapToInt(f -> f.length).sum();
        assertEquals(List.of("10 packets, " + bytes + " bytes, 0 dropped"), sample.out());
      }
      net.assertNobodyLeft();
    }
  }

  private Path install() throws Exception {
    Path root = folder.resolve("root");
    Tools.output("make", "-s", "-C", MAKEFILE_FOLDER, "install", "PREFIX=/usr", "DESTDIR=" + root);
    return root;
  }

  @Test
  void linkedWithLibpcapAndPreloaded() throws Exception {
    assertCounts(Map.of(), Tools.NMRUN, compile("-lpcap"));
  }

  @Test
  void linkedWithLibpcapThatIsReplaced() throws Exception {
    assertCounts(LibraryPathTest.STAND_IN, compile("-lpcap"));
  }

  /** The development branch of libpcap calls itself so, and programs that were linked with it. */
  @Test
  void linkedWithNextLibpcap() throws Exception {
    Path program = Path.of(compile("-lpcap"));
    String bytes = Files.readString(program, ISO_8859_1);
    assertTrue(bytes.contains("libpcap.so.0.8\0"));
    String next = bytes.replace("libpcap.so.0.8\0", "libpcap.so.1\0\0\0");
    Files.writeString(program, next, ISO_8859_1);
    assertCounts(LibraryPathTest.STAND_IN, program.toString());
  }

  @Test
  void linkedAsPkgConfigSays() throws Exception {
    Tools.assumeInstalled("pkg-config");
    Path root = install();
    String libraries = root.resolve("usr/lib").toString();
    List<String> flags;
    try (RunningTool tool =
        RunningTool.start(
            Map.of("PKG_CONFIG_PATH", libraries + "/pkgconfig"),
            List.of("pkg-config", "--cflags", "--libs", "pcap-netmap"))) {
      assertEquals(0, tool.exitCode(), tool::toString);
      flags = List.of(String.join(" ", tool.out()).trim().split(" +"));
    }
    assertTrue(flags.contains("-lpcap-netmap"), flags::toString);
    List<String> all = new ArrayList<>(List.of("-L" + libraries));
    all.addAll(flags);
    assertCounts(Map.of("LD_LIBRARY_PATH", libraries), compile(all.toArray(String[]::new)));
  }

  /** Without pkg-config and libpcap's name: the linker finds both libraries. */
  @Test
  void linkedByNameAlone() throws Exception {
    String libraries = install().resolve("usr/lib").toString();
    String program = compile("-L" + libraries, "-lpcap-netmap");
    assertCounts(Map.of("LD_LIBRARY_PATH", libraries), program);
  }

  @Test
  void installedNmrunFindsItsLibrary() throws Exception {
    Path root = install();
    assertCounts(Map.of(), root.resolve("usr/bin/nmrun").toString(), "--strict", compile("-lpcap"));
    assertTrue(
        Files.readString(root.resolve("usr/share/man/man1/nmrun.1")).contains(".SH OPTIONS"));
  }

  /** The device's own API, for programs that read rings. */
  @Test
  void deviceLibraryLinksToo() throws Exception {
    Tools.assumeInstalled("pkg-config");
    Path root = install();
    Path source = folder.resolve("version.c");
    Files.writeString(
        source,
        "#include <nmd.h>\n#include <stdio.h>\nint main(void) { return puts(nmd_version()) < 0; }\n");
    String program = folder.resolve("version").toString();
    Tools.output(
        "cc",
        "-o",
        program,
        source.toString(),
        "-I" + root.resolve("usr/include/pcap-netmap"),
        "-L" + root.resolve("usr/lib"),
        "-lnetmap-device",
        "-pthread");
    assertTrue(Tools.output(program).get(0).contains(" abi 14 "));
  }

  @Test
  void deviceHeadersAreAlsoCplusplus() throws Exception {
    Tools.assumeInstalled("clang");
    String headers = install().resolve("usr/include/pcap-netmap").toString();
    Path source = folder.resolve("headers.cc");
    Files.writeString(source, "#include <nmd.h>\n");
    Tools.output(
        "clang", "-Wall", "-Wextra", "-Werror", "-fsyntax-only", "-I" + headers, source.toString());
  }
}
