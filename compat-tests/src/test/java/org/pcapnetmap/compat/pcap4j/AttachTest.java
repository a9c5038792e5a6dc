package org.pcapnetmap.compat.pcap4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.tools.attach.VirtualMachine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pcapnetmap.compat.tools.RunningTool;

/** An agent that is attached to a running program comes in time, or says that it is too late. */
class AttachTest {
  private static final String PORT = "vale0:attached";

  @TempDir private Path folder;

  /** A class that is loaded can be rewritten as long as the native methods are not. */
  @ParameterizedTest
  @CsvSource({"1.8.2, fresh", "1.8.2, loaded", "2.0.0-alpha.6, fresh", "2.0.0-alpha.6, loaded"})
  void inTime(String pcap4j, String before) throws Exception {
    Pcap4jVersion version = pcap4j.startsWith("1") ? Pcap4jVersion.V1 : Pcap4jVersion.V2;
    try (RunningTool program = start(version, before)) {
      attach(program);
      assertEquals(List.of("ready", "opened"), program.out(), program::toString);
      assertTrue(said(program).isEmpty(), program::toString);
    }
  }

  @Test
  void tooLate() throws Exception {
    try (RunningTool program = start(Pcap4jVersion.V1, "used")) {
      attach(program);
      assertEquals(List.of("stock", "ready", "stock"), program.out(), program::toString);
      assertFalse(said(program).isEmpty(), program::toString);
      for (String line : said(program)) {
        assertTrue(
            line.startsWith("pcap-netmap: org.pcap4j.core.NativeMappings")
                && line.endsWith(
                    " was loaded before the agent came: start Java with -javaagent; pcap4j stays"
                        + " as it is"),
            line);
      }
    }
  }

  private RunningTool start(Pcap4jVersion version, String before) throws Exception {
    Application.compile("Opens", version, folder);
    List<Path> path = new ArrayList<>(version.jars());
    path.add(folder.resolve("classes"));
    Application.compile("OpensLater", version, folder, path);
    return RunningTool.startInteractive(
        Map.of(),
        List.of(
            Jdk.running().java(),
            "-cp",
            Pcap4jVersion.classPath(path),
            "OpensLater",
            before,
            PORT));
  }

  private static void attach(RunningTool program) throws Exception {
    program.awaitText("ready");
    VirtualMachine machine = VirtualMachine.attach(Long.toString(program.pid()));
    machine.loadAgent(Pcap4jVersion.ADAPTER.toString());
    machine.detach();
    program.type("");
    assertEquals(0, program.exitCode(), program::toString);
  }

  private static List<String> said(RunningTool program) {
    return program.err().stream().filter(line -> line.startsWith("pcap-netmap")).toList();
  }
}
