package org.pcapnetmap.cli.capture;

import java.io.IOException;
import org.pcapnetmap.cli.CommandException;
import org.pcapnetmap.cli.Progress;
import org.pcapnetmap.cli.Quantity;
import org.pcapnetmap.cli.Stop;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.pcap.PacketSink;

/** Moves the frames of a port's rings into a sink until enough have come. */
final class PortCapture {
  /** Slots after which the sender gets them back, small beside the default ring. */
  private static final int BATCH = 512;

  /** What was gathered for a savefile is written after this time at the latest. */
  private static final long FLUSH_NANOS = 100_000_000;

  private final NetmapPort port;
  private final PacketSink sink;
  private final FrameMover mover;
  private final CaptureOptions options;
  private final Stop stop;
  private final Progress progress;
  private final Tally tally = new Tally();
  private final long flushNanos;
  private final long start = System.nanoTime();
  private long flushedAt = start;
  private boolean unflushed;

  PortCapture(
      NetmapPort port, PacketSink sink, CaptureOptions options, Stop stop, Progress progress) {
    this.port = port;
    this.sink = sink;
    this.mover = new FrameMover(sink);
    this.options = options;
    this.stop = stop;
    this.progress = progress;
    this.flushNanos = options.writeFile() == null ? 0 : FLUSH_NANOS;
  }

  Tally tally() {
    return tally;
  }

  void run() throws IOException {
    stop.wakeBy(port::interrupt);
    long now = start;
    while (!stop.requested() && left() > 0 && now - start < options.durationNanos()) {
      boolean readable = port.await(NetmapPort.POLLIN, patience(now)) > 0;
      if (readable) {
        drain();
      }
      now = System.nanoTime();
      if (unflushed && (!readable || now - flushedAt >= flushNanos)) {
        flush(now);
      }
      progress.tick(now, this::state);
    }
    takeTheRest();
    flush(now);
  }

  private long left() {
    return options.count() - mover.frames();
  }

  /** How long to wait: not beyond the end, the next flush, or the next line of progress. */
  private long patience(long now) {
    long untilEnd = options.durationNanos() - (now - start);
    return Math.min(untilEnd, unflushed ? FLUSH_NANOS : Progress.PERIOD_NANOS);
  }

  private void drain() throws IOException {
    long frames = mover.frames();
    long bytes = mover.bytes();
    for (int i = 0; i < port.rxRings(); i++) {
      move(i);
    }
    if (mover.frames() > frames) {
      unflushed = true;
      tally.add(mover.frames() - frames, mover.bytes() - bytes);
      tally.span(mover.firstArrivalNanos(), mover.lastArrivalNanos());
    }
  }

  private void move(int ring) throws IOException {
    try {
      mover.move(port.rxRing(ring), BATCH, left());
    } catch (IndexOutOfBoundsException e) {
      throw new CommandException(
          port.name()
              + ": another program on the switch has spoiled the ring ("
              + e.getMessage()
              + "); stop it and start again");
    }
  }

  /** What came before the end belongs to the capture; what comes while it is read does not. */
  private void takeTheRest() throws IOException {
    int slots = port.rxSync();
    while (slots > 0 && left() > 0) {
      long before = mover.frames();
      drain();
      slots -= BATCH;
      if (mover.frames() == before) {
        break;
      }
      port.rxSync();
    }
    port.rxSync();
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
