package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The same switch in the kernel's netmap, where there is one. With {@code NETMAP_DEVICE=loop} and
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

  private final ValeNetwork vale;

  KernelNetwork() throws IOException {
    assumeTrue(isLoop() || Files.exists(Path.of("/dev/netmap")), "there is no /dev/netmap");
    // For the device library, which is asked at each open; other tests are for user space.
    LibC.C.setenv(DEVICE, chosen(), 1);
    vale = new ValeNetwork();
  }

  private static boolean isLoop() {
    return "loop".equals(System.getenv(DEVICE));
  }

  private static String chosen() {
    return isLoop() ? "loop" : "kernel";
  }

  /** A program's environment says whose ports it opens. */
  static List<String> launcher() {
    return List.of("env", DEVICE + "=" + chosen());
  }

  @Override
  public String device() {
    return vale.device();
  }

  @Override
  public String missingDevice() {
    return vale.missingDevice();
  }

  @Override
  public int ifindex() {
    return vale.ifindex();
  }

  @Override
  public int longestFrame() {
    return vale.longestFrame();
  }

  @Override
  public <T> T inside(Opening<T> opening) throws IOException {
    return vale.inside(opening);
  }

  @Override
  public void send(List<byte[]> frames) throws IOException {
    vale.send(frames);
  }

  @Override
  public byte[] receive() throws IOException {
    return vale.receive();
  }

  @Override
  public void close() {
    vale.close();
    LibC.C.setenv(DEVICE, "user", 1);
  }
}
