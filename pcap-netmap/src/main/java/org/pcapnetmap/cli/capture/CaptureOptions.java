package org.pcapnetmap.cli.capture;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.pcapnetmap.cli.Flags;
import org.pcapnetmap.cli.Quantity;
import org.pcapnetmap.cli.UsageException;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.pcap.PcapHandle;
import org.pcapnetmap.pcap.Rotation;
import org.pcapnetmap.pcap.SavefileFormat;

/**
 * What the command line asks of a capture.
 *
 * @param port to capture on, or null
 * @param readFile savefile to read instead, or null
 * @param writeFile savefile to write, or null to print
 * @param rotation of the savefiles to write, or null for a single one
 * @param format of the savefile to write, or null where the file's name or the source decides
 * @param count packets after which to end
 * @param durationNanos time after which to end, or Long.MAX_VALUE
 * @param snaplen the most bytes to take of a packet
 * @param slots of the receive ring, or 0 for the default
 * @param nanosecond whether to keep or print nanoseconds
 * @param direction which side's packets to take
 * @param promiscuous whether an interface is to take frames to other stations, too
 * @param filter expression, empty for all packets
 * @param json whether to end with a JSON object
 */
record CaptureOptions(
    String port,
    String readFile,
    String writeFile,
    Rotation rotation,
    SavefileFormat format,
    long count,
    long durationNanos,
    int snaplen,
    int slots,
    boolean nanosecond,
    Direction direction,
    boolean promiscuous,
    String filter,
    boolean json) {

  private static final int MAX_SLOTS = 262_144;
  private static final int MIN_SLOTS = 16;
  private static final String STANDARD = "-";
  private static final long MILLION = 1_000_000;
  private static final long MOST_MILLIONS = 1_000_000_000;
  private static final int MOST_FILES = 1_000_000;

  static Options options() {
    return new Flags()
        .value(
            "i",
            "PORT",
            "capture on this port: vale<switch>:<port>, where port * is the whole switch, or"
                + " netmap:<interface>")
        .value("r", "FILE", "read packets from this savefile; - is standard input")
        .value(
            "w", "FILE", "write packets to this savefile, compressed if .gz; - is standard output")
        .value(
            "C",
            "MILLIONS",
            "go on with FILE1, FILE2, ... once a file has more than so many million bytes, of a .gz"
                + " as it will be when read, not as it is stored")
        .value(
            "G",
            "SECONDS",
            "of a port: go on with the next file after this time, by the packets' own times; FILE is"
                + " then a strftime format")
        .value(
            "W",
            "N",
            "with -C a ring of N files, FILE0 to FILE<N-1>, of each time that -G begins; with -G"
                + " alone end after N files")
        .value("format", "FORMAT", "of the savefile: pcap, or pcapng as for names in .pcapng")
        .value("c", "N", "end after this many packets")
        .value("duration", "SECONDS", "end after this time")
        .value("s", "BYTES", "take at most so many bytes of a packet; all if not given")
        .flag("p", "do not put an interface into promiscuous mode")
        .flag("n", "no name look-ups; nmcap never does any")
        .value("Q", "in|out|inout", "take packets of this direction only")
        .value("slots", "N", "size of the receive ring, 16 to 262144; 4096 if not given")
        .flag("nano", "times in nanoseconds, printed and in pcap files; pcapng always has them")
        .withJson();
  }

  static CaptureOptions of(CommandLine line) throws UsageException {
    CaptureOptions options =
        new CaptureOptions(
            line.getOptionValue("i"),
            line.getOptionValue("r"),
            line.getOptionValue("w"),
            rotation(line),
            format(line),
            Quantity.count(line, "c", Long.MAX_VALUE, 1, Long.MAX_VALUE),
            Quantity.nanos(line, "duration", Long.MAX_VALUE),
            snaplen(line),
            (int) Quantity.count(line, "slots", 0, MIN_SLOTS, MAX_SLOTS),
            line.hasOption("nano"),
            direction(line.getOptionValue("Q", "inout")),
            !line.hasOption("p"),
            String.join(" ", line.getArgList()),
            line.hasOption("json"));
    options.check();
    return options;
  }

  private static Rotation rotation(CommandLine line) throws UsageException {
    long millions = Quantity.count(line, "C", 0, 1, MOST_MILLIONS);
    long seconds = Quantity.count(line, "G", 0, 1, Integer.MAX_VALUE);
    int files = (int) Quantity.count(line, "W", 0, 1, MOST_FILES);
    if (millions == 0 && seconds == 0) {
      if (files > 0) {
        throw new UsageException("-W counts the files of -C or -G; add one of them");
      }
      return null;
    }
    String name = line.getOptionValue("w");
    if (name == null) {
      throw new UsageException("-C and -G go on with a next savefile; add -w FILE");
    }
    if (name.equals(STANDARD)) {
      throw new UsageException(
          "-C and -G go on with a next savefile, and standard output is one; give -w a FILE");
    }
    if (seconds > 0 && line.hasOption("r")) {
      throw new UsageException("-G is for ports; -C divides a savefile");
    }
    return new Rotation(name, millions * MILLION, seconds, files);
  }

  private static int snaplen(CommandLine line) throws UsageException {
    int snaplen = (int) Quantity.count(line, "s", 0, 0, PcapHandle.MAX_SNAPLEN);
    return snaplen == 0 ? PcapHandle.MAX_SNAPLEN : snaplen;
  }

  private static Direction direction(String text) throws UsageException {
    return switch (text) {
      case "in" -> Direction.IN;
      case "out" -> Direction.OUT;
      case "inout" -> Direction.INOUT;
      default -> throw new UsageException("-Q '" + text + "' is not in, out or inout");
    };
  }

  private static SavefileFormat format(CommandLine line) throws UsageException {
    String text = line.getOptionValue("format");
    if (text == null) {
      return null;
    }
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "pcap" -> line.hasOption("nano") ? SavefileFormat.PCAP_NANO : SavefileFormat.PCAP;
      case "pcapng" -> SavefileFormat.PCAPNG;
      default -> throw new UsageException("--format '" + text + "' is not pcap or pcapng");
    };
  }

  private void check() throws UsageException {
    if ("".equals(readFile) || "".equals(writeFile)) {
      throw new UsageException("empty file name; - is standard input or output");
    }
    if ((port == null) == (readFile == null)) {
      throw new UsageException(
          port == null
              ? "say where to capture: -i PORT or -r FILE"
              : "-i and -r exclude each other");
    }
    if (json && STANDARD.equals(writeFile)) {
      throw new UsageException("--json and -w - would both write to standard output");
    }
    if (readFile != null && direction != Direction.INOUT) {
      throw new UsageException("-Q is for ports; a savefile is not sure to know directions");
    }
    if (isOneFile()) {
      throw new UsageException("-r and -w name the same file, which would be emptied first");
    }
  }

  /** Also by different names. */
  private boolean isOneFile() {
    if (readFile == null || writeFile == null || STANDARD.equals(readFile)) {
      return false;
    }
    try {
      return readFile.equals(writeFile)
          || (Files.isRegularFile(Path.of(readFile))
              && Files.isSameFile(Path.of(readFile), Path.of(writeFile)));
    } catch (IOException | InvalidPathException notThere) {
      return false;
    }
  }

  /** Returns the format to write: asked for, or by the file's name, or as fine as the source. */
  SavefileFormat formatFor(boolean sourceIsNanosecond) {
    return format != null
        ? format
        : SavefileFormat.ofName(writeFile, nanosecond || sourceIsNanosecond);
  }
}
