package org.pcapnetmap.compat.pcap4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pcapnetmap.compat.tools.RunningTool;

/** Without an agent: by a call, or by a jar in front of pcap4j. */
class AgentlessLaunchTest {
  @TempDir private Path folder;

  static Stream<Pcap4jVersion> versions() {
    return Stream.of(Pcap4jVersion.V1, Pcap4jVersion.V2);
  }

  static Stream<Launch> launches() {
    return Launch.oldAndNew();
  }

  @ParameterizedTest
  @MethodSource("launches")
  void oneCall(Launch launch) throws Exception {
    Pcap4jVersion version = launch.version();
    Path classes = compileWithAdapter("Talk", version).classes();
    compileWithAdapter("InstallAndTalk", version);
    TalkCheck.talks(Map.of(), java(launch, List.of(classes), List.of(), "InstallAndTalk"));
  }

  /** Who comes second has nothing to do, and nothing to say. */
  @ParameterizedTest
  @MethodSource("versions")
  void oneCallBesideTwoAgents(Pcap4jVersion version) throws Exception {
    Path classes = compileWithAdapter("Talk", version).classes();
    compileWithAdapter("InstallAndTalk", version);
    String agent = "-javaagent:" + Pcap4jVersion.ADAPTER;
    RunningTool talk =
        TalkCheck.talks(
            Map.of(), java(version, List.of(classes), List.of(agent, agent), "InstallAndTalk"));
    assertFalse(talk.err().toString().contains("pcap-netmap:"), talk::toString);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void agentBesideTheJar(Pcap4jVersion version) throws Exception {
    Application talk = Application.compile("Talk", version, folder);
    List<Path> path = new ArrayList<>(List.of(patch(version)));
    path.addAll(version.jars());
    path.add(talk.classes());
    String agent = "-javaagent:" + Pcap4jVersion.ADAPTER;
    RunningTool talking =
        TalkCheck.talks(
            Map.of(),
            List.of(Jdk.running().java(), agent, "-cp", Pcap4jVersion.classPath(path), "Talk"));
    assertFalse(talking.err().toString().contains("pcap-netmap:"), talking::toString);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void oneCallThatComesTooLate(Pcap4jVersion version) throws Exception {
    Path classes = compileWithAdapter("LateInstall", version).classes();
    List<String> command = java(version, List.of(classes), List.of(), "LateInstall");
    try (RunningTool late = RunningTool.start(Map.of(), command)) {
      assertEquals(0, late.exitCode(), late::toString);
      String said = late.out().get(0);
      assertTrue(
          said.startsWith("IllegalStateException: org.pcap4j.core.")
              && said.contains(" was loaded before; call NetmapPcap4j.install() first"),
          late::toString);
      assertEquals("stock", late.out().get(1), late::toString);
      assertEquals("stock", late.out().get(2), late::toString);
      assertEquals(said, late.out().get(3), late::toString);
    }
  }

  @ParameterizedTest
  @MethodSource("launches")
  void jarFirstOnTheClassPath(Launch launch) throws Exception {
    Pcap4jVersion version = launch.version();
    Application talk = Application.compile("Talk", version, folder);
    List<Path> path = new ArrayList<>(List.of(patch(version)));
    path.addAll(version.jars());
    path.add(talk.classes());
    TalkCheck.talks(Map.of(), List.of(launch.java(), "-cp", Pcap4jVersion.classPath(path), "Talk"));
  }

  @ParameterizedTest
  @MethodSource("versions")
  void jarBehindPcap4jLeavesItStock(Pcap4jVersion version) throws Exception {
    Path classes = compileWithAdapter("LateInstall", version).classes();
    List<Path> path = new ArrayList<>(version.jars());
    path.addAll(List.of(patch(version), classes));
    List<String> command =
        List.of(Jdk.running().java(), "-cp", Pcap4jVersion.classPath(path), "LateInstall");
    try (RunningTool late = RunningTool.start(Map.of(), command)) {
      assertEquals(0, late.exitCode(), late::toString);
      assertTrue(late.out().get(0).contains("put it first"), late::toString);
      assertEquals("stock", late.out().get(1), late::toString);
    }
  }

  @ParameterizedTest
  @MethodSource("launches")
  void patchedModule(Launch launch) throws Exception {
    Pcap4jVersion version = launch.version();
    Application talk = Application.compile("Talk", version, folder);
    TalkCheck.talks(
        Map.of(),
        List.of(
            launch.java(),
            "--module-path",
            Pcap4jVersion.classPath(version.jars()),
            "--add-modules",
            "ALL-MODULE-PATH",
            "--patch-module",
            "org.pcap4j.core=" + patch(version),
            "-cp",
            talk.classes().toString(),
            "Talk"));
  }

  private Path patch(Pcap4jVersion version) throws Exception {
    Path patch = folder.resolve("patch.jar");
    List<String> command =
        List.of(
            Jdk.running().java(),
            "-jar",
            Pcap4jVersion.ADAPTER.toString(),
            Pcap4jVersion.jar("pcap4j-core-" + version.pcap4j() + ".jar").toString(),
            patch.toString());
    try (RunningTool writes = RunningTool.start(Map.of(), command)) {
      assertEquals(0, writes.exitCode(), writes::toString);
    }
    return patch;
  }

  private Application compileWithAdapter(String name, Pcap4jVersion version) throws Exception {
    List<Path> path = new ArrayList<>(version.jars());
    path.add(Pcap4jVersion.ADAPTER);
    path.add(folder.resolve("classes"));
    return Application.compile(name, version, folder, path);
  }

  private static List<String> java(
      Pcap4jVersion version, List<Path> more, List<String> options, String main)
      throws IOException {
    return java(new Launch(version, false), more, options, main);
  }

  private static List<String> java(
      Launch launch, List<Path> more, List<String> options, String main) throws IOException {
    List<Path> path = new ArrayList<>(launch.version().jars());
    path.add(Pcap4jVersion.ADAPTER);
    path.addAll(more);
    List<String> command = new ArrayList<>(List.of(launch.java()));
    command.addAll(options);
    command.addAll(List.of("-cp", Pcap4jVersion.classPath(path), main));
    return command;
  }
}
