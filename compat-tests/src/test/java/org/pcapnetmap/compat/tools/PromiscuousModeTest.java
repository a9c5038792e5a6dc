package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Programs ask for promiscuous mode, or do not, and leave none behind. */
@Timeout(180)
class PromiscuousModeTest {
  private static final String STOCK = HostPair.NEAR;
  private static final String NIC = "netmap:" + HostPair.NEAR;

  /** How many ask for it, as the kernel counts. */
  private static int promiscuity(HostPair hosts) throws Exception {
    try (RunningTool ip = hosts.near("ip", "-d", "link", "show", HostPair.NEAR)) {
      assertEquals(0, ip.exitCode(), ip::toString);
      List<String> words = List.of(String.join(" ", ip.out()).trim().split("\\s+"));
      return Integer.parseInt(words.get(words.indexOf("promiscuity") + 1));
    }
  }

  private static RunningTool tcpdump(HostPair hosts, String port, String... options)
      throws Exception {
    String[] command = {Tools.NMRUN, "tcpdump", "-n", "-w", "/dev/null", "-i", port};
    String[] all = new String[command.length + options.length];
    System.arraycopy(command, 0, all, 0, command.length);
    System.arraycopy(options, 0, all, command.length, options.length);
    RunningTool tcpdump = hosts.near(all);
    tcpdump.awaitText("listening on");
    return tcpdump;
  }

  @ParameterizedTest
  @ValueSource(strings = {STOCK, NIC, NIC + "/x"})
  void tcpdumpAsksForItUnlessTold(String port) throws Exception {
    Tools.assumeInstalled("tcpdump");
    try (HostPair hosts = new HostPair()) {
      try (RunningTool modest = tcpdump(hosts, port, "-p")) {
        assertEquals(0, promiscuity(hosts), modest::toString);
        modest.interrupt();
        assertEquals(0, modest.exitCode(), modest::toString);
      }
      for (String end : List.of("INT", "KILL")) {
        try (RunningTool curious = tcpdump(hosts, port)) {
          assertEquals(1, promiscuity(hosts), curious::toString);
          curious.signal(end);
          curious.exitCode();
          assertEquals(0, promiscuity(hosts), () -> "after " + end + " of " + curious);
        }
      }
    }
  }
}
