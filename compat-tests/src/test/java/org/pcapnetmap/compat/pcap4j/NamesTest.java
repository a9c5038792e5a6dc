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

/** Names of devices that mean ports, told in each of the ways there are; and ports turned off. */
class NamesTest {
  private static final String NMRUN =
      Path.of(System.getProperty("nmcap.home"), "bin/nmrun").toString();
  private static final String AGENT = "-javaagent:" + Pcap4jVersion.ADAPTER;
  private static final String NAME = "mapped0";
  private static final String PORT = "vale0:mapped";
  private static final String MAP = NAME + "=" + PORT;

  @TempDir private Path folder;

  static Stream<Pcap4jVersion> versions() {
    return Stream.of(Pcap4jVersion.V1, Pcap4jVersion.V2);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void mappedByTheAgentsOption(Pcap4jVersion version) throws Exception {
    assertSays(
        "opened found listed", version, Map.of(), NAME, Jdk.running().java(), AGENT + "=" + MAP);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void mappedByProperty(Pcap4jVersion version) throws Exception {
    String property = "-Dpcapnetmap.map=" + MAP;
    assertSays(
        "opened found listed", version, Map.of(), NAME, Jdk.running().java(), AGENT, property);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void mappedByNmrun(Pcap4jVersion version) throws Exception {
    assertSays(
        "opened found listed", version, Map.of(), NAME, NMRUN, "--map", MAP, Jdk.running().java());
  }

  @ParameterizedTest
  @MethodSource("versions")
  void notMapped(Pcap4jVersion version) throws Exception {
    assertSays("stock", version, Map.of(), NAME, Jdk.running().java(), AGENT);
  }

  @ParameterizedTest
  @MethodSource("versions")
  void turnedOff(Pcap4jVersion version) throws Exception {
    Map<String, String> off = Map.of("PCAP_NETMAP", "off");
    assertSays("stock", version, off, PORT, Jdk.running().java(), AGENT);
    assertSays("stock", version, off, NAME, Jdk.running().java(), AGENT + "=" + MAP);
  }

  private void assertSays(
      String expected,
      Pcap4jVersion version,
      Map<String, String> environment,
      String device,
      String... java)
      throws Exception {
    List<Path> path = new ArrayList<>(version.jars());
    path.add(Application.compile("Opens", version, folder).classes());
    List<String> command = new ArrayList<>(List.of(java));
    command.addAll(List.of("-cp", Pcap4jVersion.classPath(path), "Opens", device, "where"));
    try (RunningTool program = RunningTool.start(environment, command)) {
      assertEquals(0, program.exitCode(), program::toString);
      assertEquals(List.of(expected), program.out(), program::toString);
    }
  }
}
