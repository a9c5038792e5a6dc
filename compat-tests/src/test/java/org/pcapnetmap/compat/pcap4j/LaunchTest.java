package org.pcapnetmap.compat.pcap4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pcapnetmap.compat.tools.RunningTool;

/** An unmodified application, launched with the agent, talks on a netmap port. */
class LaunchTest {
  @TempDir private Path folder;

  static Stream<Pcap4jVersion> versions() {
    return Pcap4jVersion.all();
  }

  static Stream<Launch> launches() {
    return Launch.all();
  }

  @ParameterizedTest
  @MethodSource("launches")
  void classPath(Launch launch) throws Exception {
    Pcap4jVersion version = launch.version();
    Application talk = Application.compile("Talk", version, folder);
    List<Path> path = new ArrayList<>(version.jars());
    path.add(talk.classes());
    List<String> command =
        List.of(
            launch.java(),
            "-javaagent:" + Pcap4jVersion.ADAPTER,
            "-cp",
            Pcap4jVersion.classPath(path),
            "Talk");
    TalkCheck.talks(Map.of(), command);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void toolOptions(Pcap4jVersion version) throws Exception {
    Application talk = Application.compile("Talk", version, folder);
    List<Path> path = new ArrayList<>(version.jars());
    path.add(talk.classes());
    RunningTool ran =
        TalkCheck.talks(
            Map.of("JAVA_TOOL_OPTIONS", "-javaagent:" + Pcap4jVersion.ADAPTER),
            List.of(Jdk.running().java(), "-cp", Pcap4jVersion.classPath(path), "Talk"));
    assertEquals(1, ran.err().stream().filter(line -> line.startsWith("Picked up")).count());
  }

  /** Nothing is printed: the agent is an argument, not a variable. */
  @ParameterizedTest
  @MethodSource("versions")
  void nmrunJava(Pcap4jVersion version) throws Exception {
    Application talk = Application.compile("Talk", version, folder);
    List<Path> path = new ArrayList<>(version.jars());
    path.add(talk.classes());
    String nmrun = Path.of(System.getProperty("nmcap.home"), "bin/nmrun").toString();
    RunningTool ran =
        TalkCheck.talks(
            Map.of(),
            List.of(nmrun, Jdk.running().java(), "-cp", Pcap4jVersion.classPath(path), "Talk"));
    assertEquals(0, ran.err().stream().filter(line -> line.startsWith("Picked up")).count());
  }
}
