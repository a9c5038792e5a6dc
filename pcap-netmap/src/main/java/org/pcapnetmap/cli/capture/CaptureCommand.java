package org.pcapnetmap.cli.capture;

import java.io.IOException;
import java.time.ZoneId;
import java.util.concurrent.TimeUnit;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.pcapnetmap.cli.Command;
import org.pcapnetmap.cli.Progress;
import org.pcapnetmap.cli.Stop;
import org.pcapnetmap.cli.Terminal;
import org.pcapnetmap.cli.UsageException;
import org.pcapnetmap.cli.print.PacketPrinter;
import org.pcapnetmap.netmap.BpfProgram;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.FilterCompiler;
import org.pcapnetmap.pcap.FilterException;
import org.pcapnetmap.pcap.LiveHandle;
import org.pcapnetmap.pcap.PacketSink;
import org.pcapnetmap.pcap.PcapHandle;
import org.pcapnetmap.pcap.SavefileFormat;
import org.pcapnetmap.pcap.SavefileHandle;
import org.pcapnetmap.pcap.SavefileSeries;
import org.pcapnetmap.pcap.SavefileWriter;
import org.pcapnetmap.pcap.SeriesCompleteException;

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
    Run run = new Run(options, terminal, Stop.onSignals());
    if (options.port() != null) {
      run.onPort();
    } else {
      run.onSavefile();
    }
  }

  /** One run of the command. */
  private static final class Run {
    private final CaptureOptions options;
    private final Terminal terminal;
    private final Stop stop;
    private final CaptureReport report;

    Run(CaptureOptions options, Terminal terminal, Stop stop) {
      this.options = options;
      this.terminal = terminal;
      this.stop = stop;
      this.report = new CaptureReport(terminal, options.json());
    }

    void onPort() throws FilterException, IOException {
      BpfProgram filter =
          FilterCompiler.compile(options.filter(), Datalink.EN10MB, options.snaplen());
      if (options.writeFile() != null) {
        Rehearsal.run(options.formatFor(false));
      }
      // Printed packets are progress enough.
      Progress progress = new Progress(terminal, options.writeFile() != null);
      // The port comes first: a name that is wrong shall not empty a savefile that is there. From
      // then on packets come: what takes its time stands above.
      try (LiveHandle handle = open()) {
        restrict(handle, filter);
        try (PacketSink sink = sink(handle, false)) {
          report.begin("listening on " + handle.name(), handle);
          capture(handle, sink, progress);
        }
      }
    }

    private LiveHandle open() throws IOException {
      return PcapHandle.live(options.port())
          .snaplen(options.snaplen())
          .direction(options.direction())
          .promiscuous(options.promiscuous())
          .slots(options.slots())
          .open();
    }

    /** The filter comes last: what came before passes all of them when it is set. */
    private void restrict(LiveHandle handle, BpfProgram filter) throws IOException {
      boolean cuts = options.snaplen() < PcapHandle.MAX_SNAPLEN;
      if (cuts || options.direction() != Direction.INOUT || filter.length() > 0) {
        handle.setFilter(filter);
      }
    }

    private void capture(LiveHandle handle, PacketSink sink, Progress progress) throws IOException {
      PortCapture capture = new PortCapture(handle, sink, options, stop, progress);
      IOException failure = null;
      try {
        capture.run();
      } catch (SeriesCompleteException e) {
        terminal.message(e.getMessage());
      } catch (IOException e) {
        failure = e;
      } finally {
        progress.end();
      }
      report.end(handle.name(), capture.tally(), handle.portStatistics(), failure);
      if (failure != null) {
        throw failure;
      }
    }

    void onSavefile() throws FilterException, IOException {
      try (SavefileHandle handle = PcapHandle.offline(options.readFile())) {
        handle.setFilter(options.filter());
        handle.cutTo(options.snaplen());
        report.begin("reading from " + options.readFile(), handle);
        try (PacketSink sink = sink(handle, handle.isNanosecond())) {
          copy(handle, sink);
        }
      }
    }

    private void copy(SavefileHandle handle, PacketSink sink) throws IOException {
      SavefileCapture capture = new SavefileCapture(handle, sink, options, stop);
      IOException failure = null;
      try {
        capture.run();
      } catch (IOException e) {
        failure = e;
      }
      report.end(capture.tally(), handle.filtered(), failure);
      if (failure != null) {
        throw failure;
      }
    }

    private PacketSink sink(PcapHandle handle, boolean sourceIsNanosecond) throws IOException {
      if (options.writeFile() == null) {
        return new PacketPrinter(
            terminal.out(), handle.linktype(), ZoneId.systemDefault(), options.nanosecond());
      }
      SavefileFormat format = options.formatFor(sourceIsNanosecond);
      SavefileSeries.Opener opener =
          name -> SavefileWriter.create(name, format, handle.linktype(), options.snaplen());
      return options.rotation() == null
          ? opener.open(options.writeFile())
          : new SavefileSeries(options.rotation(), opener, now());
    }

    private static long now() {
      return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
    }
  }
}
