package org.pcapnetmap.compat.pcap4j;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcapnetmap.compat.tools.Frames;
import org.pcapnetmap.compat.tools.RunningTool;
import org.pcapnetmap.compat.tools.TestSwitch;

/** The stream of packets that pcap4j 2 makes of a handle. */
class StreamTest {
  private static final int WANTED = 100;

  @TempDir private Path folder;

  @Test
  void streams() throws Exception {
    List<Path> path = new ArrayList<>(Pcap4jVersion.V2.jars());
    path.add(Application.compile("Streams", Pcap4jVersion.V2, folder).classes());
    List<byte[]> frames = Frames.mixed(2 * WANTED);
    List<String> expected = new ArrayList<>(List.of("listening"));
    for (int i = 0; i < frames.size(); i += 2) { // every other one is for port 53
      expected.add(frames.get(i).length + " bytes to 53, now true");
    }
    expected.add("closed");
    try (TestSwitch net = new TestSwitch()) {
      List<String> command =
          List.of(
              Jdk.running().java(),
              "-javaagent:" + Pcap4jVersion.ADAPTER,
              "-cp",
              Pcap4jVersion.classPath(path),
              "Streams",
              net.port("stream"),
              Integer.toString(WANTED));
      try (RunningTool program = RunningTool.start(Map.of(), command)) {
        program.awaitText("listening");
        net.send(frames);
        assertEquals(0, program.exitCode(), program::toString);
        assertEquals(expected, program.out(), program::toString);
      }
      net.assertNobodyLeft();
    }
  }
}
