package org.pcapnetmap.cli.capture;

import java.io.IOException;
import org.pcapnetmap.cli.CommandException;
import org.pcapnetmap.cli.Stop;
import org.pcapnetmap.pcap.PacketFilter;
import org.pcapnetmap.pcap.PacketSink;
import org.pcapnetmap.pcap.SavefilePacket;
import org.pcapnetmap.pcap.SavefileReader;

/** Moves the packets of a savefile that pass a filter into a sink until enough have come. */
final class SavefileCapture {
  private final SavefileReader reader;
  private final PacketFilter filter;
  private final PacketSink sink;
  private final CaptureOptions options;
  private final Stop stop;
  private final Tally tally = new Tally();
  private final SavefilePacket packet = new SavefilePacket();
  private long filtered;

  SavefileCapture(
      SavefileReader reader,
      PacketFilter filter,
      PacketSink sink,
      CaptureOptions options,
      Stop stop) {
    this.reader = reader;
    this.filter = filter;
    this.sink = sink;
    this.options = options;
    this.stop = stop;
  }

  Tally tally() {
    return tally;
  }

  /** Packets that the filter rejected. */
  long filtered() {
    return filtered;
  }

  void run() throws IOException {
    long start = System.nanoTime();
    try {
      while (!stop.requested() && !isOver(start) && reader.next(packet)) {
        take(start);
      }
    } finally {
      // What was read before the damage is good.
      sink.flush();
    }
  }

  private boolean isOver(long start) {
    return tally.packets() >= options.count()
        || System.nanoTime() - start >= options.durationNanos();
  }

  private void take(long start) throws IOException {
    int kept = filter.accept(packet);
    if (kept == 0) {
      filtered++;
      return;
    }
    if (packet.linktype() != reader.linktype()) {
      throw new CommandException(
          options.readFile()
              + ": holds packets of link types "
              + reader.linktype()
              + " and "
              + packet.linktype()
              + ", which do not go together; split the file by interface first");
    }
    int length = Math.min(packet.capturedLength(), Math.min(kept, options.snaplen()));
    sink.begin(length, packet.wireLength(), packet.timeNanos(), packet.direction());
    sink.append(packet.buffer(), packet.offset(), length);
    sink.end();
    tally.add(1, packet.wireLength());
    tally.span(start, System.nanoTime());
  }
}
