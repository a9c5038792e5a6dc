package org.pcapnetmap.compat.tools;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.pcapnetmap.netmap.NetmapDevice;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.OpeningInfo;

/**
 * An interface, one end of a veth pair. The tests of this process share it until one has hosts talk
 * to each other: what these still want to know of each other then would be in the next one's way.
 */
class TestInterface extends Place {
  /**
   * What an opening shows it asks the kernel for next, and a shared one takes no frame between two
   * filters, as stock libpcap takes none.
   */
  private static final long KERNEL_FOLLOWS_NANOS = 500_000_000;

  private static HostPair shared;

  private final HostPair hosts = hosts();
  private final String suffix;
  private final Peer sender;
  private boolean hasTalked;

  /** With a suffix behind the port's name: none, or {@code /x}. */
  TestInterface(String suffix) throws IOException, InterruptedException {
    this.suffix = suffix;
    this.sender = peer("sender");
  }

  private static synchronized HostPair hosts() throws IOException, InterruptedException {
    if (shared == null) {
      shared = HostPair.withoutFarAddress(OwnNetwork.ADDRESS);
    }
    return shared;
  }

  @Override
  public String port(String portName) {
    return "netmap:" + HostPair.NEAR + suffix;
  }

  @Override
  String farPort(String portName) {
    return "netmap:" + HostPair.FAR;
  }

  @Override
  public void send(List<byte[]> frames) throws IOException {
    sender.send(frames);
  }

  @Override
  public Peer peer(String portName) throws IOException {
    return hosts.farNetwork().inside(() -> new PacketSocket(HostPair.FAR));
  }

  @Override
  Peer sharer(String portName) throws IOException {
    return suffix.isEmpty() ? inside(() -> new PacketSocket(HostPair.NEAR)) : peer(portName);
  }

  @Override
  List<String> near() {
    return hosts.nearCommand();
  }

  @Override
  List<String> far() {
    return hosts.farCommand();
  }

  @Override
  public void awaitFilter(String program) throws NetmapException {
    super.awaitFilter(program);
    LockSupport.parkNanos(KERNEL_FOLLOWS_NANOS);
  }

  @Override
  public void awaitOpened(String program) throws NetmapException {
    super.awaitOpened(program);
    LockSupport.parkNanos(KERNEL_FOLLOWS_NANOS);
  }

  @Override
  public List<OpeningInfo> others() throws NetmapException {
    return NetmapDevice.list().stream()
        .filter(o -> o.name().equals("netmap:" + HostPair.NEAR))
        .filter(o -> hosts.nearNetwork().has(o.pid()))
        .toList();
  }

  @Override
  <T> T inside(Namespace.Action<T> action) throws IOException {
    return hosts.nearNetwork().inside(action);
  }

  @Override
  OwnNetwork network() {
    hasTalked = true;
    return new OwnNetwork(hosts.nearNetwork());
  }

  @Override
  RunningTool startHost(String address, String portName, String... command) throws IOException {
    hasTalked = true;
    String script = "ip addr add " + address + " dev " + HostPair.FAR + " && exec \"$@\"";
    List<String> all = new ArrayList<>(List.of("sh", "-c", script, "sh"));
    all.addAll(List.of(command));
    return startFar(all);
  }

  @Override
  public void close() {
    sender.close();
    if (hasTalked) {
      endHosts();
    }
  }

  private static synchronized void endHosts() {
    shared.close();
    shared = null;
  }
}
