package org.pcapnetmap.cli.capture;

import java.io.IOException;
import org.pcapnetmap.cli.Stop;
import org.pcapnetmap.pcap.PacketSink;
import org.pcapnetmap.pcap.SavefileHandle;

/** Moves the packets of a savefile that pass a filter into a sink until enough have come. */
final class SavefileCapture {
  /** Packets between two looks at the clock. */
  private static final int BATCH = 1024;

  private final SavefileHandle handle;
  private final PacketSink sink;
  private final Tally tally;
  private final CaptureOptions options;
  private final Stop stop;

  SavefileCapture(SavefileHandle handle, PacketSink sink, CaptureOptions options, Stop stop) {
    this.handle = handle;
    this.sink = sink;
    this.tally = Tally.ofSavefile(sink);
    this.options = options;
    this.stop = stop;
  }

  Tally tally() {
    return tally;
  }

  void run() throws IOException {
    stop.wakeBy(handle::breakLoop);
    long start = System.nanoTime();
    int read = 1;
    try {
      while (read > 0 && left() > 0 && System.nanoTime() - start < options.durationNanos()) {
        read = handle.dispatch((int) Math.min(left(), BATCH), tally);
      }
    } finally {
      stop.wakeBy(() -> {});
      tally.end();
      // What was read before the damage is good.
      sink.flush();
    }
  }

  private long left() {
    return options.count() - tally.packets();
  }
}
