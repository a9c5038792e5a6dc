package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The same port in the kernel's netmap, where there is one. With {@code NETMAP_DEVICE=loop} and
 * libpcap-netmap.so preloaded, the netmap face answers to the kernel's name.
 */
final class KernelNetwork implements Network {
  /** Why a test of lost packets is skipped. */
  static final String TELLS_NO_LOSS = "the kernel's netmap does not tell what it drops";

  /** Why a test of three handles is. */
  static final String TWO_SENDERS = "of a port of the kernel's two captures can send, no third";

  /** Why one is that counts on the order of both directions. */
  static final String SENT_FIRST = "of what waits in the kernel's rings, what was sent comes first";

  private static final String DEVICE = "NETMAP_DEVICE";

  private final Network port;

  /** With what opens its ports when the kernel's netmap has been chosen. */
  KernelNetwork(Opening<Network> made) throws IOException {
    assumeTrue(isLoop() || Files.exists(Path.of("/dev/netmap")), "there is no /dev/netmap");
    // For the device library, which is asked at each open; other tests are for user space.
    LibC.C.setenv(DEVICE, chosen(), 1);
    port = made.open();
  }

  private static boolean isLoop() {
    return "loop".equals(System.getenv(DEVICE));
  }

  private static String chosen() {
    return isLoop() ? "loop" : "kernel";
  }

  /** A program's environment says whose ports it opens. */
  @Override
  public List<String> launcher() {
    List<String> all = new ArrayList<>(List.of("env", DEVICE + "=" + chosen()));
    all.addAll(port.launcher());
    return all;
  }

  @Override
  public String device() {
    return port.device();
  }

  @Override
  public String missingDevice() {
    return port.missingDevice();
  }

  @Override
  public int ifindex() throws IOException {
    return port.ifindex();
  }

  @Override
  public int longestFrame() {
    return port.longestFrame();
  }

  @Override
  public <T> T inside(Opening<T> opening) throws IOException {
    return port.inside(opening);
  }

  @Override
  public void send(List<byte[]> frames) throws IOException {
    port.send(frames);
  }

  @Override
  public void settle() {
    port.settle();
  }

  @Override
  public byte[] receive() throws IOException {
    return port.receive();
  }

  @Override
  public void close() throws IOException {
    port.close();
    LibC.C.setenv(DEVICE, "user", 1);
  }
}
