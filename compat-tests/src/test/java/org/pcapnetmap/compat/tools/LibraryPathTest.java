package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Without nmrun: the library in libpcap's place, by LD_LIBRARY_PATH. */
@Timeout(180)
class LibraryPathTest {
  static final Map<String, String> STAND_IN =
      Map.of(
          "LD_LIBRARY_PATH",
          Tools.TOP.resolve("native-preload/target/native/pcap-netmap").toString());

  @Test
  void tcpdumpCapturesOnPorts() throws Exception {
    Tools.assumeInstalled("tcpdump");
    try (TestSwitch net = new TestSwitch();
        RunningTool tcpdump =
            RunningTool.start(
                STAND_IN,
                List.of("tcpdump", "-i", net.port("1"), "-n", "-t", "-c", "2", "udp port 9999"))) {
      tcpdump.awaitText("listening on");
      net.send(Frames.mixed(4));
      assertEquals(0, tcpdump.exitCode(), tcpdump::toString);
      assertEquals(
          List.of(
              "IP 10.0.0.1.4000 > 10.0.0.2.9999: UDP, length 55",
              "IP 10.0.0.1.4000 > 10.0.0.2.9999: UDP, length 129"),
          tcpdump.out());
    }
  }

  @Test
  void otherNamesAreLibpcaps() throws Exception {
    Tools.assumeInstalled("tcpdump");
    try (RunningTool tcpdump =
        RunningTool.start(STAND_IN, List.of("tcpdump", "-i", "no-such-interface9"))) {
      assertEquals(1, tcpdump.exitCode(), tcpdump::toString);
      assertTrue(tcpdump.toString().contains("No such device exists"), tcpdump::toString);
    }
    assertEquals(version(Map.of()), version(STAND_IN));
  }

  private static List<String> version(Map<String, String> environment) throws Exception {
    try (RunningTool tool = RunningTool.start(environment, List.of("tcpdump", "--version"))) {
      assertEquals(0, tool.exitCode(), tool::toString);
      return tool.err();
    }
  }
}
