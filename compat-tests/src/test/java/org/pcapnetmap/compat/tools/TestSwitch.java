package org.pcapnetmap.compat.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.pcapnetmap.netmap.NetmapDevice;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.OpeningInfo;
import org.pcapnetmap.netmap.TxRing;

/** A VALE switch of its own for each test, with a port that sends. */
public final class TestSwitch extends Place {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final String name =
      "vale" + ProcessHandle.current().pid() + "t" + NUMBER.incrementAndGet();
  private final NetmapPort sender;

  public TestSwitch() throws NetmapException {
    sender = NetmapPort.open(port("sender"));
  }

  @Override
  public String port(String portName) {
    return name + ":" + portName;
  }

  @Override
  String farPort(String portName) {
    return port(portName);
  }

  @Override
  public Peer peer(String portName) throws NetmapException {
    return new PortPeer(port(portName));
  }

  @Override
  Peer sharer(String portName) throws NetmapException {
    return peer(portName);
  }

  @Override
  List<String> near() {
    return List.of();
  }

  @Override
  List<String> far() {
    return List.of();
  }

  @Override
  <T> T inside(Namespace.Action<T> action) throws IOException {
    return action.run();
  }

  @Override
  OwnNetwork network() throws IOException, InterruptedException {
    return new OwnNetwork();
  }

  /** The host has an interface that is a port. */
  @Override
  RunningTool startHost(String address, String portName, String... command) throws IOException {
    return startOnTap(address, portName, command);
  }

  /** Starts a program in a network of its own, whose only interface is a port. */
  RunningTool startOnTap(String address, String portName, String... command) throws IOException {
    String tap = OwnNetwork.INTERFACE + "=" + port(portName) + "," + address;
    List<String> all = new ArrayList<>(List.of("unshare", "-n", Tools.NMRUN, "--tap", tap));
    all.addAll(List.of(command));
    return RunningTool.start(all.toArray(String[]::new));
  }

  /** They are with their receivers when this returns. */
  @Override
  public void send(List<byte[]> frames) throws NetmapException {
    send(sender, frames);
  }

  public static void send(NetmapPort from, List<byte[]> frames) throws NetmapException {
    TxRing ring = from.txRing(0);
    for (byte[] frame : frames) {
      while (!ring.offer(frame, 0, frame.length)) {
        from.txSync();
      }
    }
    from.txSync();
  }

  @Override
  public List<OpeningInfo> others() throws NetmapException {
    return NetmapDevice.list().stream()
        .filter(opening -> opening.switchName().equals(name))
        .filter(opening -> !opening.portName().equals("sender"))
        .toList();
  }

  @Override
  public void close() {
    sender.close();
  }
}
