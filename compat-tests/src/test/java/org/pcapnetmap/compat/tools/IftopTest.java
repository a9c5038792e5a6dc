package org.pcapnetmap.compat.tools;

import org.junit.jupiter.api.Test;

/** Unmodified iftop in text mode on a mapped interface: a thread loops, another one prints. */
class IftopTest extends PlaceTest {
  private static final String REQUEST = "hay".repeat(300);

  @Test
  void showsWhoSpeaksToWhom() throws Exception {
    Tools.assumeInstalled("iftop");
    try (OwnNetwork network = net.network();
        Conversation hosts = new Conversation(net);
        RunningTool iftop =
            network.mapped(net.port("client"), "iftop", "-t", "-s", "2", "-nNP", "-i", "eth1")) {
      net.awaitFilter("iftop");
      hosts.greet();
      // It looks at the clock when packets come.
      while (iftop.isAlive()) {
        hosts.play(80, REQUEST, "needle");
        Thread.sleep(100);
      }
      end(iftop);
      assertLine(iftop, "10.0.0.2:80 ", "=>", "B");
      assertLine(iftop, "10.0.0.1:40000 ", "<=", "KB");
      assertLine(iftop, "Cumulative (sent/received/total):", "KB");
    }
  }
}
