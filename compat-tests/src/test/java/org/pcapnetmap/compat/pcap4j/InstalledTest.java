package org.pcapnetmap.compat.pcap4j;

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
import org.pcapnetmap.compat.tools.RunningTool;

/** What {@code make install} puts where is all that Java programs need. */
@Timeout(300)
class InstalledTest {
  private static final String MAKEFILE_FOLDER =
      Path.of(System.getProperty("nmcap.home"), "native-preload/src/main/c").toString();

  @TempDir private Path folder;

  @BeforeEach
  void install() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/make")), "make is not installed");
    make("install");
  }

  private void make(String target) throws Exception {
    run("make", "-s", "-C", MAKEFILE_FOLDER, target, "PREFIX=/usr", "DESTDIR=" + folder);
  }

  private static List<String> run(String... command) throws Exception {
    try (RunningTool tool = RunningTool.start(Map.of(), List.of(command))) {
      assertEquals(0, tool.exitCode(), tool::toString);
      return tool.out();
    }
  }

  @Test
  void nmrunFindsTheAdapter() throws Exception {
    Pcap4jVersion version = Pcap4jVersion.V1;
    List<Path> path = new ArrayList<>(version.jars());
    path.add(Application.compile("Opens", version, folder).classes());
    String nmrun = folder.resolve("usr/bin/nmrun").toString();
    String java = Jdk.running().java();
    String classPath = Pcap4jVersion.classPath(path);
    assertEquals(List.of("opened"), run(nmrun, java, "-cp", classPath, "Opens", "vale0:1"));
  }

  @Test
  void nmcapFindsItsJar() throws Exception {
    String nmcap = folder.resolve("usr/bin/nmcap").toString();
    List<String> sent = run(nmcap, "send", "-i", "vale0:installed", "--count", "3", "--json");
    String last = sent.get(sent.size() - 1);
    assertEquals(true, last.contains("\"packets\":3"), last);
  }

  @Test
  void uninstallLeavesNothing() throws Exception {
    assertTrue(installed().anyMatch(file -> file.endsWith("usr/bin/nmrun")));
    make("uninstall");
    assertEquals(List.of(), installed().toList());
  }

  private Stream<Path> installed() throws Exception {
    try (Stream<Path> all = Files.walk(folder)) {
      return all.filter(file -> !Files.isDirectory(file)).toList().stream();
    }
  }
}
