package org.pcapnetmap.cli.capture;

import java.io.IOException;
import java.time.ZoneId;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.pcapnetmap.cli.Command;
import org.pcapnetmap.cli.Json;
import org.pcapnetmap.cli.Progress;
import org.pcapnetmap.cli.Quantity;
import org.pcapnetmap.cli.Stop;
import org.pcapnetmap.cli.Terminal;
import org.pcapnetmap.cli.UsageException;
import org.pcapnetmap.cli.print.PacketPrinter;
import org.pcapnetmap.netmap.BpfProgram;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.PortOptions;
import org.pcapnetmap.netmap.PortStatistics;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.FilterCompiler;
import org.pcapnetmap.pcap.FilterException;
import org.pcapnetmap.pcap.PacketFilter;
import org.pcapnetmap.pcap.PacketSink;
import org.pcapnetmap.pcap.SavefileReader;
import org.pcapnetmap.pcap.SavefileWriter;

/** {@code nmcap capture}: prints or saves the packets of a port or a savefile. */
public final class CaptureCommand implements Command {
  @Override
  public String name() {
    return "capture";
  }

  @Override
  public String summary() {
    return "Prints or saves the packets of a port or a savefile";
  }

  @Override
  public String usage() {
    return "-i PORT | -r FILE [options] [filter expression]";
  }

  @Override
  public Options options() {
    return CaptureOptions.options();
  }

  @Override
  public void run(CommandLine line, Terminal terminal)
      throws UsageException, FilterException, IOException {
    CaptureOptions options = CaptureOptions.of(line);
    Stop stop = Stop.onSignals();
    if (options.port() != null) {
      capturePort(options, terminal, stop);
    } else {
      captureSavefile(options, terminal, stop);
    }
  }

  private static void capturePort(CaptureOptions options, Terminal terminal, Stop stop)
      throws FilterException, IOException {
    BpfProgram filter =
        FilterCompiler.compile(options.filter(), Datalink.EN10MB, options.snaplen());
    if (options.writeFile() != null) {
      Rehearsal.run(options.formatFor(false));
    }
    PortOptions rings = PortOptions.capture().withRxSlots(options.slots());
    // The port comes first: a name that is wrong shall not empty a savefile that is there.
    try (NetmapPort port = NetmapPort.open(options.port(), rings)) {
      restrict(port, options, filter);
      try (PacketSink sink = sink(options, terminal, Datalink.EN10MB, false)) {
        announce(terminal, "listening on " + port.name(), Datalink.EN10MB, options.snaplen());
        // Printed packets are progress enough.
        Progress progress = new Progress(terminal, options.writeFile() != null);
        PortCapture capture = new PortCapture(port, sink, options, stop, progress);
        PortStatistics statistics;
        IOException failure = null;
        try {
          capture.run();
        } catch (IOException e) {
          failure = e;
        } finally {
          progress.end();
          stop.wakeBy(() -> {});
          capture.tally().end();
          // One look for both: packets go on coming.
          statistics = port.statistics();
          summarize(terminal, capture.tally(), statistics);
        }
        Json result = json(capture.tally(), statistics).put("port", port.name());
        report(options, terminal, failure == null ? result : result.error(failure));
        if (failure != null) {
          throw failure;
        }
      }
    }
  }

  /** The filter comes last: setting it gives up what came before all of them held. */
  private static void restrict(NetmapPort port, CaptureOptions options, BpfProgram filter)
      throws IOException {
    boolean cuts = options.snaplen() < CaptureOptions.DEFAULT_SNAPLEN;
    if (!cuts && options.direction() == Direction.INOUT && filter.length() == 0) {
      return;
    }
    if (cuts) {
      port.setSnapLength(options.snaplen());
    }
    port.setDirection(options.direction());
    port.setFilter(filter);
  }

  private static PacketSink sink(
      CaptureOptions options, Terminal terminal, int linktype, boolean sourceIsNanosecond)
      throws IOException {
    if (options.writeFile() == null) {
      return new PacketPrinter(
          terminal.out(), linktype, ZoneId.systemDefault(), options.nanosecond());
    }
    return SavefileWriter.create(
        options.writeFile(), options.formatFor(sourceIsNanosecond), linktype, options.snaplen());
  }

  private static void captureSavefile(CaptureOptions options, Terminal terminal, Stop stop)
      throws FilterException, IOException {
    try (SavefileReader reader = SavefileReader.open(options.readFile())) {
      PacketFilter filter =
          PacketFilter.of(
              FilterCompiler.compile(options.filter(), reader.linktype(), reader.snaplen()));
      announce(terminal, "reading from " + options.readFile(), reader.linktype(), reader.snaplen());
      try (PacketSink sink = sink(options, terminal, reader.linktype(), reader.isNanosecond())) {
        SavefileCapture capture = new SavefileCapture(reader, filter, sink, options, stop);
        capture.run();
        capture.tally().end();
        report(options, terminal, json(capture.tally(), 0).put("filtered", capture.filtered()));
      }
    }
  }

  private static void announce(Terminal terminal, String source, int linktype, int snaplen) {
    String type = linktype == Datalink.EN10MB ? "EN10MB (Ethernet)" : Integer.toString(linktype);
    terminal.message(source + ", link-type " + type + ", snapshot length " + snaplen + " bytes");
  }

  private static void summarize(Terminal terminal, Tally tally, PortStatistics statistics) {
    terminal.err().println(Quantity.counted(tally.packets(), "packet") + " captured");
    terminal
        .err()
        .println(Quantity.counted(received(tally, statistics), "packet") + " received by filter");
    terminal
        .err()
        .println(
            Quantity.counted(statistics.dropped(), "packet")
                + " dropped because the ring was full");
  }

  /** As Linux counts for tcpdump: what passed the filter, read, unread, or without room. */
  private static long received(Tally tally, PortStatistics statistics) {
    long kept = statistics.accepted() - statistics.abandoned();
    return Math.max(tally.packets(), kept) + statistics.dropped();
  }

  private static Json json(Tally tally, PortStatistics statistics) {
    return json(tally, statistics.dropped())
        .put("filtered", statistics.filtered() + statistics.abandoned())
        .put("received", received(tally, statistics))
        .put("unread", statistics.unread());
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

  private static void report(CaptureOptions options, Terminal terminal, Json result)
      throws IOException {
    if (options.json()) {
      terminal.println(result.toString());
    }
  }
}
