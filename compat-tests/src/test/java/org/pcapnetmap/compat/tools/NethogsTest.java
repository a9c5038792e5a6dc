package org.pcapnetmap.compat.tools;

import org.junit.jupiter.api.Test;

/** Unmodified nethogs on a mapped interface: it polls the descriptor, in trace mode. */
class NethogsTest extends PlaceTest {
  @Test
  void countsConnections() throws Exception {
    Tools.assumeInstalled("nethogs");
    try (OwnNetwork network = net.network();
        Conversation hosts = new Conversation(net);
        RunningTool nethogs =
            network.mapped(net.port("client"), "nethogs", "-t", "-d", "1", "eth1")) {
      nethogs.awaitText("Ethernet link detected");
      net.awaitOpened("nethogs");
      hosts.greet();
      hosts.play(80, "request", "response");
      nethogs.awaitText("Unknown connection: 10.0.0.1:40000-10.0.0.2:80");
      nethogs.interrupt();
      nethogs.exitCode();
    }
  }
}
