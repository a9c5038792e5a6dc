package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;

/** The same end of the veth pair, opened as a netmap port. */
final class NicNetwork implements Network {
  /** Each handle's frames are handed over by the block, up to four milliseconds later. */
  private static final long HANDED_OVER_NANOS = 10_000_000;

  private static final Pattern REFUSED =
      Pattern.compile("has the interface alone|has the port in the kernel's netmap");

  private final VethNetwork veth = new VethNetwork();
  private final String suffix;

  /** With a suffix behind the port's name: none, or {@code /x}. */
  NicNetwork(String suffix) throws IOException {
    this.suffix = suffix;
  }

  @Override
  public String device() {
    return "netmap:" + veth.device() + suffix;
  }

  @Override
  public String missingDevice() {
    return "netmap:" + veth.missingDevice();
  }

  @Override
  public int longestFrame() {
    return veth.longestFrame();
  }

  @Override
  public int ifindex() throws IOException {
    return veth.ifindex();
  }

  /** Skips what needs a second handle where there can be none. */
  @Override
  public <T> T inside(Opening<T> opening) throws IOException {
    try {
      return veth.inside(opening);
    } catch (IOException e) {
      if (!suffix.isEmpty() && REFUSED.matcher(e.getMessage()).find()) {
        abort("an interface that is had alone has no second handle");
      }
      throw e;
    }
  }

  @Override
  public List<String> launcher() {
    return veth.launcher();
  }

  @Override
  public void send(List<byte[]> frames) throws IOException {
    veth.send(frames);
  }

  @Override
  public void settle() {
    LockSupport.parkNanos(HANDED_OVER_NANOS);
  }

  @Override
  public byte[] receive() {
    return veth.receive();
  }

  @Override
  public void close() {
    veth.close();
  }
}
