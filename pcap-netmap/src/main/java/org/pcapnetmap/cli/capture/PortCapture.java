package org.pcapnetmap.cli.capture;

import java.io.IOException;
import org.pcapnetmap.cli.Progress;
import org.pcapnetmap.cli.Quantity;
import org.pcapnetmap.cli.Stop;
import org.pcapnetmap.pcap.LiveHandle;
import org.pcapnetmap.pcap.PacketSink;

/** Reads the packets of a port into a sink until enough have come. */
final class PortCapture {
  /** Packets between two looks at the clock. */
  private static final int BATCH = 4096;

  /** What was gathered for a savefile is written after this time at the latest. */
  private static final long FLUSH_NANOS = 100_000_000;

  private final LiveHandle handle;
  private final PacketSink sink;
  private final Tally tally;
  private final CaptureOptions options;
  private final Stop stop;
  private final Progress progress;
  private final long flushNanos;
  private final long start = System.nanoTime();
  private long flushedAt = start;
  private boolean unflushed;

  PortCapture(
      LiveHandle handle, PacketSink sink, CaptureOptions options, Stop stop, Progress progress) {
    this.handle = handle;
    this.sink = sink;
    this.tally = Tally.ofArrivals(sink);
    this.options = options;
    this.stop = stop;
    this.progress = progress;
    this.flushNanos = options.writeFile() == null ? 0 : FLUSH_NANOS;
  }

  Tally tally() {
    return tally;
  }

  void run() throws IOException {
    stop.wakeBy(handle::breakLoop);
    try {
      capture();
    } finally {
      stop.wakeBy(() -> {});
      tally.end();
      handle.settle();
    }
  }

  private void capture() throws IOException {
    long now = start;
    while (!stop.requested() && left() > 0 && now - start < options.durationNanos()) {
      long before = tally.packets();
      handle.dispatch((int) Math.min(left(), BATCH), tally, patience(now));
      boolean some = tally.packets() > before;
      unflushed |= some;
      now = System.nanoTime();
      if (unflushed && (!some || now - flushedAt >= flushNanos)) {
        flush(now);
      }
      progress.tick(now, this::state);
    }
    takeTheRest();
    flush(now);
  }

  private long left() {
    return options.count() - tally.packets();
  }

  /** How long to wait: not beyond the end, the next flush, or the next line of progress. */
  private long patience(long now) {
    long untilEnd = options.durationNanos() - (now - start);
    return Math.min(untilEnd, unflushed ? FLUSH_NANOS : Progress.PERIOD_NANOS);
  }

  /** What came before the end belongs to the capture; what comes while it is read does not. */
  private void takeTheRest() throws IOException {
    handle.settle();
    long end = tally.packets() + Math.min(left(), handle.portStatistics().unread());
    int read = 1;
    while (tally.packets() < end && read != 0) {
      // A stop that came late ends one of these reads; the next one goes on.
      read = handle.dispatch((int) Math.min(end - tally.packets(), BATCH), tally, 0);
    }
  }

  private void flush(long now) throws IOException {
    sink.flush();
    flushedAt = now;
    unflushed = false;
  }

  private String state() {
    return String.format(
        "%s captured, %s packets/s",
        Quantity.counted(tally.packets(), "packet"), Quantity.shortened(tally.packetsPerSecond()));
  }
}
