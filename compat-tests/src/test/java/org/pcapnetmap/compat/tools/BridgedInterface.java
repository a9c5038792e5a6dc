package org.pcapnetmap.compat.tools;

import java.io.IOException;
import java.util.List;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.OpeningInfo;

/**
 * An interface that a bridge has alone; the port is one of the switch on the bridge's other side.
 */
final class BridgedInterface extends TestInterface {
  private static final String BRIDGE_PORT = "nic";

  private final TestSwitch net = new TestSwitch();
  private final RunningTool bridge;

  BridgedInterface() throws IOException, InterruptedException {
    super("/x");
    bridge = nmcap("bridge", super.port(""), net.port(BRIDGE_PORT));
    bridge.awaitText("joining");
  }

  @Override
  public String port(String portName) {
    return net.port(portName);
  }

  @Override
  public List<OpeningInfo> others() throws NetmapException {
    return net.others().stream().filter(o -> !o.portName().equals(BRIDGE_PORT)).toList();
  }

  @Override
  public void close() {
    bridge.close();
    net.close();
    super.close();
  }
}
