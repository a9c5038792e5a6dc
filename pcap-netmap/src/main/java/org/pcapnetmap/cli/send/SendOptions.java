package org.pcapnetmap.cli.send;

import java.net.NetworkInterface;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.pcapnetmap.cli.Flags;
import org.pcapnetmap.cli.Quantity;
import org.pcapnetmap.cli.UsageException;
import org.pcapnetmap.cli.Words;

/**
 * What the command line asks of a sender.
 *
 * @param port to send from
 * @param readFile savefile to send, or null for generated frames
 * @param rounds how many times to send the savefile
 * @param size of generated frames in bytes, without Ethernet's checksum
 * @param source of generated frames
 * @param destination of generated frames
 * @param count packets after which to end
 * @param durationNanos time after which to end, or Long.MAX_VALUE
 * @param rate packets a second; null for the default of what is sent
 * @param waitFor how many other openings to wait for before the first packet
 * @param slots of the transmit ring
 * @param bufferSize bytes of each slot's buffer, or 0 for the default
 * @param json whether to end with a JSON object
 */
record SendOptions(
    String port,
    String readFile,
    long rounds,
    int size,
    Endpoint source,
    Endpoint destination,
    long count,
    long durationNanos,
    Double rate,
    int waitFor,
    int slots,
    int bufferSize,
    boolean json) {

  private static final String WHOLE_SWITCH = ":*";
  private static final int DEFAULT_SLOTS = 1024;
  private static final int MIN_SLOTS = 16;
  private static final int MAX_SLOTS = 65_536;
  private static final int MAX_OPENINGS = 253;
  private static final int MAX_SIZE = 65_535;
  private static final int BUFFER_UNIT = 64;
  private static final int DEFAULT_BUFFER = 2112;
  private static final String INTERFACE = "netmap:";
  private static final int ETHERNET_HEADER = 14;
  private static final int MAX_BUFFER = 65_536;

  /** The bit of a MAC address that says that nobody sold it. */
  private static final long LOCAL = 0x0200_0000_0000L;

  static Options options() {
    return new Flags()
        .value("i", "PORT", "send from this port, vale<switch>:<port> or netmap:<interface>")
        .value("size", "BYTES", "of generated frames, without Ethernet's checksum; 60 if not given")
        .value("src", "ADDRESS", "of generated frames: MAC, IPv4, IPv4:PORT, or MAC,IPv4:PORT")
        .value("dst", "ADDRESS", "likewise; broadcast, so to all ports, if not given")
        .value("r", "FILE", "send the packets of this savefile instead, at their own pace")
        .optionalValue("loop", "N", "send the savefile N times; without N until Ctrl-C")
        .value("count", "N", "end after this many packets")
        .value("c", "N", "the same as --count")
        .value("duration", "SECONDS", "end after this time")
        .value("rate", "N|max", "packets a second; generated frames go as fast as possible")
        .value(
            "wait-for",
            "N",
            "begin once N others are on the switch; for --duration at most; 1 on an interface: once it"
                + " has a link")
        .value("slots", "N", "size of the transmit ring, 16 to 65536; 1024 if not given")
        .value(
            "buffer-size",
            "BYTES",
            "of a slot, a multiple of 64; 2112 if not given (longer frames of -r take several)")
        .withJson();
  }

  static SendOptions of(CommandLine line) throws UsageException {
    Words.none(line);
    String port = line.getOptionValue("i");
    SendOptions options =
        new SendOptions(
            port,
            line.getOptionValue("r"),
            rounds(line),
            (int) Quantity.count(line, "size", FrameTemplate.MIN_SIZE, 60, MAX_SIZE),
            endpoint(line, "src", Endpoint.source(defaultMac(port))),
            endpoint(line, "dst", Endpoint.everybody()),
            count(line),
            Quantity.nanos(line, "duration", Long.MAX_VALUE),
            rate(line.getOptionValue("rate")),
            (int) Quantity.count(line, "wait-for", 0, 0, MAX_OPENINGS),
            (int) Quantity.count(line, "slots", DEFAULT_SLOTS, MIN_SLOTS, MAX_SLOTS),
            (int) Quantity.count(line, "buffer-size", 0, BUFFER_UNIT, MAX_BUFFER),
            line.hasOption("json"));
    options.check(line);
    return options;
  }

  private static long count(CommandLine line) throws UsageException {
    long count = Quantity.count(line, "count", Long.MAX_VALUE, 1, Long.MAX_VALUE);
    return Math.min(count, Quantity.count(line, "c", Long.MAX_VALUE, 1, Long.MAX_VALUE));
  }

  private static long rounds(CommandLine line) throws UsageException {
    boolean endless = line.hasOption("loop") && line.getOptionValue("loop") == null;
    return endless ? Long.MAX_VALUE : Quantity.count(line, "loop", 1, 1, Long.MAX_VALUE);
  }

  private static Double rate(String text) throws UsageException {
    if (text == null) {
      return null;
    }
    if (text.equals("max")) {
      return RateLimit.MAX;
    }
    double rate = Quantity.parse("rate", text).doubleValue();
    if (rate <= 0) {
      throw new UsageException("--rate '" + text + "' is not more than 0");
    }
    return rate;
  }

  private static Endpoint endpoint(CommandLine line, String option, Endpoint fallback)
      throws UsageException {
    String text = line.getOptionValue(option);
    return text == null ? fallback : fallback.with(option, text);
  }

  /** Every port has an address of its own, the same in every run, so that switches learn it. */
  private static long defaultMac(String port) {
    CRC32 hash = new CRC32();
    hash.update(String.valueOf(port).getBytes(StandardCharsets.UTF_8));
    return LOCAL | hash.getValue();
  }

  private void check(CommandLine line) throws UsageException {
    checkPort();
    checkWait();
    if ("".equals(readFile)) {
      throw new UsageException("empty file name; - is standard input");
    }
    if (line.hasOption("c") && line.hasOption("count")) {
      throw new UsageException("-c and --count are the same; give one of them");
    }
    if (readFile == null && line.hasOption("loop")) {
      throw new UsageException("--loop is for savefiles; add -r FILE");
    }
    if ("-".equals(readFile) && rounds > 1) {
      throw new UsageException("--loop cannot read standard input again; name a file");
    }
    for (String generated : new String[] {"size", "src", "dst"}) {
      if (readFile != null && line.hasOption(generated)) {
        throw new UsageException("--" + generated + " is for generated frames; -r sends a file's");
      }
    }
    checkInterface();
    checkBuffer();
  }

  /** Others on an interface cannot be seen: there would be no end to the wait for them. */
  private void checkWait() throws UsageException {
    if (waitFor > 1 && isInterface()) {
      throw new UsageException(
          "--wait-for "
              + waitFor
              + ": on "
              + port
              + " nobody is seen but the link, which counts as 1; start the receivers first and"
              + " leave it out, or send from a port of a switch");
    }
  }

  /** Not a pipe that is called after one. */
  boolean isInterface() {
    return port.startsWith(INTERFACE) && !port.matches(".*[{}].*");
  }

  private void checkPort() throws UsageException {
    if (port == null) {
      throw new UsageException("say where to send from: -i PORT");
    }
    if (port.contains(WHOLE_SWITCH)) {
      throw new UsageException(
          "-i '"
              + port
              + "' is the whole switch, which can be captured only; send from a port of it, as "
              + port.replace(WHOLE_SWITCH, ":sender"));
    }
  }

  /** An interface's MTU is its limit, however large a buffer is. */
  private void checkInterface() throws UsageException {
    if (readFile != null || !isInterface()) {
      return;
    }
    String name = port.substring(INTERFACE.length()).split("[/^*+@]", 2)[0];
    int mtu = mtu(name);
    if (mtu > 0 && size > mtu + ETHERNET_HEADER) {
      throw new UsageException(
          "--size "
              + size
              + " is more than "
              + name
              + " sends, whose MTU is "
              + mtu
              + "; use at most "
              + (mtu + ETHERNET_HEADER));
    }
  }

  /** 0: there is no such interface, as opening will say. */
  private static int mtu(String name) {
    try {
      NetworkInterface found = NetworkInterface.getByName(name);
      return found == null ? 0 : found.getMTU();
    } catch (SocketException e) {
      return 0;
    }
  }

  private void checkBuffer() throws UsageException {
    if (bufferSize % BUFFER_UNIT != 0) {
      throw new UsageException("--buffer-size '" + bufferSize + "' is not a multiple of 64");
    }
    int room = bufferSize == 0 ? DEFAULT_BUFFER : bufferSize;
    if (readFile == null && size > room) {
      int needed = (size + BUFFER_UNIT - 1) / BUFFER_UNIT * BUFFER_UNIT;
      throw new UsageException(
          "--size "
              + size
              + " is more than a buffer holds ("
              + room
              + "); add --buffer-size "
              + needed);
    }
  }

  /** Returns whether a savefile's packets keep the distances at which they were captured. */
  boolean ownPace() {
    return readFile != null && rate == null;
  }

  double packetsPerSecond() {
    return rate == null ? RateLimit.MAX : rate;
  }
}
