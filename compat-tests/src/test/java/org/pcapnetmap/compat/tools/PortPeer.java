package org.pcapnetmap.compat.tools;

import java.io.IOException;
import java.util.List;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;

/** Who has a port of a switch open. */
final class PortPeer implements Peer {
  private final NetmapPort port;

  PortPeer(String name) throws NetmapException {
    port = NetmapPort.open(name);
  }

  @Override
  public void send(List<byte[]> frames) throws IOException {
    TestSwitch.send(port, frames);
  }

  @Override
  public void await(long nanos) throws IOException {
    port.await(NetmapPort.POLLIN, nanos);
  }

  @Override
  public List<byte[]> take() throws IOException {
    return Received.frames(port);
  }

  @Override
  public void close() {
    port.close();
  }
}
