package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs that list interfaces list the ports that are open, and the mapped names. */
@Timeout(180)
class InterfaceListTest {
  private static List<String> list(String program) throws Exception {
    Tools.assumeInstalled(program);
    try (RunningTool tool = Tools.nmrun("--map", "mapped9=vale9:9", program, "-D")) {
      assertEquals(0, tool.exitCode(), tool::toString);
      return tool.out();
    }
  }

  private static boolean names(List<String> lines, String name) {
    return lines.stream().anyMatch(line -> line.matches("\\d+\\. ?\\Q" + name + "\\E( .*)?"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"tcpdump", "tshark", "dumpcap"})
  void portsAndSwitchesAreListed(String program) throws Exception {
    try (TestSwitch net = new TestSwitch()) {
      List<String> lines = list(program);
      assertTrue(names(lines, net.port("sender")), lines::toString);
      assertTrue(names(lines, net.port("*")), lines::toString);
      assertTrue(names(lines, "mapped9"), lines::toString);
      assertTrue(names(lines, "lo"), lines::toString);
    }
  }

  @Test
  void tcpdumpDescribesThem() throws Exception {
    try (TestSwitch net = new TestSwitch()) {
      String text = String.join("\n", list("tcpdump"));
      assertTrue(text.contains(net.port("sender") + " (netmap port, open in java)"), text);
      assertTrue(text.contains("mapped9 (netmap port vale9:9) [Up, Running, Connected]"), text);
    }
  }

  @Test
  void withoutNmrunNothingIsListed() throws Exception {
    Tools.assumeInstalled("tcpdump");
    try (TestSwitch net = new TestSwitch()) {
      List<String> lines = Tools.output("tcpdump", "-D");
      assertFalse(names(lines, net.port("sender")), lines::toString);
    }
  }
}
