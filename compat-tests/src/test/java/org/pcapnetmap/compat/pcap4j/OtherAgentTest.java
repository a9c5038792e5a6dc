package org.pcapnetmap.compat.pcap4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcapnetmap.compat.tools.RunningTool;

/** An agent of somebody else's, first on the command line, changes pcap4j before ours sees it. */
class OtherAgentTest {
  private static final String PACKAGE = "org/pcap4j/core/";

  @TempDir private Path folder;

  /** Whichever class it is, and in whatever order they are loaded: all of pcap4j stays stock. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Pcaps:getDevByName:getDevByNome",
        "PcapHandle:pcap_next_ex:pcap_next_xe",
        "NativeMappings$PcapLibrary:INSTANCE:INSTANCF",
        "NativeMappings:pcap_lookupdev:pcap_set_rfmon",
      })
  void whatItMakesUnknownStaysStock(String change) throws Exception {
    String type = change.substring(0, change.indexOf(':'));
    try (RunningTool program = start(change)) {
      assertEquals(0, program.exitCode(), program::toString);
      assertEquals(List.of("stock"), program.out(), program::toString);
      List<String> said = said(program);
      assertEquals(1, said.size(), program::toString);
      String begin = "pcap-netmap: org.pcap4j.core." + type + " was changed by another agent (";
      assertTrue(said.get(0).startsWith(begin), program::toString);
      assertTrue(
          said.get(0).endsWith("); leave that one out; pcap4j stays as it is"), program::toString);
    }
  }

  @Test
  void whatItLeavesKnownIsAccelerated() throws Exception {
    try (RunningTool program = start("PcapHandle:Already closed.:already closed.")) {
      assertEquals(0, program.exitCode(), program::toString);
      assertEquals(List.of("opened"), program.out(), program::toString);
      assertEquals(List.of(), said(program), program::toString);
    }
  }

  private RunningTool start(String change) throws IOException {
    List<Path> path = new ArrayList<>(Pcap4jVersion.V1.jars());
    path.add(Application.compile("Opens", Pcap4jVersion.V1, folder).classes());
    return RunningTool.start(
        Map.of(),
        List.of(
            Jdk.running().java(),
            "-javaagent:" + otherAgent() + "=" + PACKAGE + change,
            "-javaagent:" + Pcap4jVersion.ADAPTER,
            "-cp",
            Pcap4jVersion.classPath(path),
            "Opens",
            "vale0:other"));
  }

  private Path otherAgent() throws IOException {
    Path jar = folder.resolve("other-agent.jar");
    Application agent =
        Application.compile("OtherAgent", Pcap4jVersion.V1, folder.resolve("other"));
    try (JarBuilder built = new JarBuilder(jar, Map.of("Premain-Class", "OtherAgent"))) {
      built.addFolder("", agent.classes());
    }
    return jar;
  }

  private static List<String> said(RunningTool program) {
    return program.err().stream().filter(line -> line.startsWith("pcap-netmap")).toList();
  }
}
