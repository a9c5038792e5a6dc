package org.pcapnetmap.cli.capture;

import java.io.IOException;
import org.pcapnetmap.cli.Json;
import org.pcapnetmap.cli.Quantity;
import org.pcapnetmap.cli.Terminal;
import org.pcapnetmap.netmap.PortStatistics;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.PcapHandle;

/** What a capture says at its beginning and its end. */
final class CaptureReport {
  private final Terminal terminal;
  private final boolean json;

  CaptureReport(Terminal terminal, boolean json) {
    this.terminal = terminal;
    this.json = json;
  }

  void begin(String source, PcapHandle handle) {
    int linktype = handle.linktype();
    String type = linktype == Datalink.EN10MB ? "EN10MB (Ethernet)" : Integer.toString(linktype);
    terminal.message(
        source + ", link-type " + type + ", snapshot length " + handle.snaplen() + " bytes");
  }

  /** The end of a port's capture; the failure is why it ended early, or null. */
  void end(String port, Tally tally, PortStatistics statistics, IOException failure)
      throws IOException {
    long received = received(tally, statistics);
    say(tally.packets(), " captured");
    say(received, " received by filter");
    say(statistics.dropped(), " dropped because the ring was full");
    Json result =
        json(tally, statistics.dropped())
            .put("filtered", statistics.filtered() + statistics.abandoned())
            .put("received", received)
            .put("unread", received - statistics.dropped() - tally.packets())
            .put("port", port);
    print(result, failure);
  }

  /** The end of a savefile; the failure is why it ended early, or null. */
  void end(Tally tally, long filtered, IOException failure) throws IOException {
    print(json(tally, 0).put("filtered", filtered), failure);
  }

  private void say(long packets, String what) {
    terminal.err().println(Quantity.counted(packets, "packet") + what);
  }

  /** As Linux counts for tcpdump: what passed the filter, read, unread, or without room. */
  private static long received(Tally tally, PortStatistics statistics) {
    long kept = statistics.accepted() - statistics.abandoned();
    return Math.max(tally.packets(), kept) + statistics.dropped();
  }

  private static Json json(Tally tally, long dropped) {
    return new Json()
        .put("command", "capture")
        .put("packets", tally.packets())
        .put("bytes", tally.bytes())
        .put("dropped", dropped)
        .put("seconds", tally.seconds())
        .put("packetsPerSecond", tally.packetsPerSecond())
        .put("elapsedSeconds", tally.elapsedSeconds());
  }

  private void print(Json result, IOException failure) throws IOException {
    if (json) {
      terminal.println((failure == null ? result : result.error(failure)).toString());
    }
  }
}
