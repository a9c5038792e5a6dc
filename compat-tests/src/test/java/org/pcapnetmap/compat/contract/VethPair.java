package org.pcapnetmap.compat.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import org.pcapnetmap.compat.tools.Namespace;

/**
 * A network namespace with two interfaces that are each other's far end. It belongs to a process
 * that ends with this one.
 */
final class VethPair {
  static final String NEAR = "contract0";
  static final String FAR = "contract1";

  // Without IPv6 addresses the kernel sends nothing of its own; it may have no IPv6 at all.
  private static final String SET_UP =
      "ip link add contract0 type veth peer name contract1"
          + " && { ip link set contract0 addrgenmode none; ip link set contract1 addrgenmode none; }"
          + " 2>/dev/null; ip link set contract0 up && ip link set contract1 up"
          + " && echo ready && exec cat";

  private static VethPair shared;

  private final Process holder;

  private VethPair() throws IOException {
    holder =
        new ProcessBuilder("unshare", "-n", "sh", "-c", SET_UP)
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    BufferedReader out = new BufferedReader(new InputStreamReader(holder.getInputStream(), UTF_8));
    if (!"ready".equals(out.readLine())) {
      holder.destroy();
      abort("no network namespace with a veth pair can be made here");
    }
  }

  /** The one pair of all tests of this process; skips the test where there can be none. */
  static synchronized VethPair shared() throws IOException {
    assumeTrue("root".equals(System.getProperty("user.name")), "needs root");
    if (shared == null) {
      shared = new VethPair();
    }
    return shared;
  }

  /** A process in the namespace. */
  long holder() {
    return holder.pid();
  }

  /** Does something in the namespace, in this thread. */
  <T> T inside(Network.Opening<T> opening) throws IOException {
    return new Namespace(holder()).inside(opening::open);
  }
}
