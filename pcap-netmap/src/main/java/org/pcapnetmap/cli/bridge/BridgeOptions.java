package org.pcapnetmap.cli.bridge;

import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.pcapnetmap.cli.Flags;
import org.pcapnetmap.cli.Quantity;
import org.pcapnetmap.cli.UsageException;

/**
 * What the command line asks of a bridge.
 *
 * @param a one port
 * @param b the other port
 * @param durationNanos time after which to end, or Long.MAX_VALUE
 * @param slots of each ring, or 0 for the default
 * @param bufferSize bytes of each slot's buffer, or 0 for the default
 * @param json whether to end with a JSON object
 */
record BridgeOptions(
    String a, String b, long durationNanos, int slots, int bufferSize, boolean json) {

  private static final String EXCLUSIVE = "/x";
  private static final String INTERFACE = "netmap:";
  private static final String HOST_RINGS = "^";
  private static final String WHOLE_SWITCH = ":*";
  private static final int MIN_SLOTS = 16;
  private static final int MAX_SLOTS = 65_536;
  private static final int BUFFER_UNIT = 64;
  private static final int MAX_BUFFER = 65_536;

  static Options options() {
    return new Flags()
        .value("duration", "SECONDS", "end after this time; by Ctrl-C if not given")
        .value(
            "slots",
            "N",
            "size of each ring, 16 to 65536; 1024 if not given, to receive from"
                + " an interface alone 4096")
        .value("buffer-size", "BYTES", "of each slot, a multiple of 64; 2112 if not given")
        .withJson(
            "packets, bytes and dropped are sums of both directions; dropped counts what found a"
                + " port's receive ring full, was too long for the other port or its interface, or"
                + " found no link there");
  }

  static BridgeOptions of(CommandLine line) throws UsageException {
    List<String> ports = line.getArgList();
    if (ports.size() != 2) {
      throw new UsageException("say which two ports to join");
    }
    BridgeOptions options =
        new BridgeOptions(
            beside(ports.get(0), ports.get(1)),
            beside(ports.get(1), ports.get(0)),
            Quantity.nanos(line, "duration", Long.MAX_VALUE),
            (int) Quantity.count(line, "slots", 0, MIN_SLOTS, MAX_SLOTS),
            (int) Quantity.count(line, "buffer-size", 0, BUFFER_UNIT, MAX_BUFFER),
            line.hasOption("json"));
    options.check();
    return options;
  }

  /** Between an interface and its own host the bridge stands alone: what passes, it passes on. */
  private static String beside(String port, String other) {
    boolean between = port.startsWith(INTERFACE) && other.equals(port + HOST_RINGS);
    return between ? port + EXCLUSIVE : port;
  }

  private void check() throws UsageException {
    if (port(a).equals(port(b))) {
      throw new UsageException(
          "'" + a + "' and '" + b + "' are one port; its frames would go round for ever");
    }
    for (String port : List.of(a, b)) {
      if (port.endsWith(WHOLE_SWITCH)) {
        throw new UsageException(
            "'" + port + "' is the whole switch, which can be captured only; name a port of it");
      }
    }
    if (bufferSize % BUFFER_UNIT != 0) {
      throw new UsageException("--buffer-size '" + bufferSize + "' is not a multiple of 64");
    }
  }

  private static String port(String spec) {
    return spec.endsWith(EXCLUSIVE) ? spec.substring(0, spec.length() - EXCLUSIVE.length()) : spec;
  }
}
