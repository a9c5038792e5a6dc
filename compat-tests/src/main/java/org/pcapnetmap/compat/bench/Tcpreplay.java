package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.SavefileFormat;
import org.pcapnetmap.pcap.SavefileWriter;

/** An unmodified tcpreplay that sends a savefile as fast as it can, and what it says in the end. */
final class Tcpreplay {
  private static final int FRAMES = 1000;
  private static final int LENGTH = 60;
  private static final int SNAPLEN = 65535;
  private static final byte[] ADDRESSES = {2, 0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 1, (byte) 0x88, -75};
  private static final Pattern ACTUAL =
      Pattern.compile("Actual: (\\d+) packets .* sent in ([0-9.]+) seconds");
  private static final Pattern FAILED = Pattern.compile("Failed packets: +(\\d+)");

  private Tcpreplay() {}

  static Optional<String> obstacle(Workbench bench) {
    return Workbench.lacks("tcpreplay", "tcpreplay").or(() -> NetworkNamespace.obstacle(bench));
  }

  /** A savefile of small frames to the station that the bench's receivers are. */
  static Path savefile() throws IOException {
    Path file = Files.createTempFile("bench", ".pcap");
    ByteBuffer frame = ByteBuffer.allocate(LENGTH).put(0, ADDRESSES);
    try (SavefileWriter writer =
        SavefileWriter.create(file.toString(), SavefileFormat.PCAP, Datalink.EN10MB, SNAPLEN)) {
      for (int i = 0; i < FRAMES; i++) {
        writer.onPacket(frame, 0, LENGTH, LENGTH, i, Direction.INOUT);
      }
    }
    return file;
  }

  /** Sends the savefile so often that it takes about the time of a window at this rate. */
  static List<String> command(Path file, Workbench bench, double rate) {
    long loops = Math.max(1, Math.round(bench.timing().window() * rate / FRAMES));
    String name = file.toString();
    return List.of(
        "tcpreplay", "-q", "-K", "-t", "-l", "" + loops, "-i", NetworkNamespace.NEAR, name);
  }

  /** What it sent: packets, seconds, failed. */
  static Figures sent(List<String> lines) throws IOException {
    for (String line : lines) {
      Matcher actual = ACTUAL.matcher(line);
      if (actual.find()) {
        return Figures.of("packets", Double.parseDouble(actual.group(1)))
            .and("", Figures.of("seconds", Double.parseDouble(actual.group(2))))
            .and("", Figures.of("failed", failed(lines)));
      }
    }
    throw new IOException("tcpreplay told no counts: " + lines);
  }

  private static double failed(List<String> lines) {
    return lines.stream()
        .map(FAILED::matcher)
        .filter(Matcher::find)
        .mapToDouble(failed -> Double.parseDouble(failed.group(1)))
        .sum();
  }

  /** Frames that it sent in a second. */
  static double rate(Figures sent) throws IOException {
    return sent.get("packets") / sent.get("seconds");
  }
}
