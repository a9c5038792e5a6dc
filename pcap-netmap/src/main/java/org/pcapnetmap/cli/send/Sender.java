package org.pcapnetmap.cli.send;

import java.io.IOException;
import org.pcapnetmap.cli.CommandException;
import org.pcapnetmap.cli.Progress;
import org.pcapnetmap.cli.Quantity;
import org.pcapnetmap.cli.Stop;
import org.pcapnetmap.pcap.LiveHandle;
import org.pcapnetmap.pcap.PcapException;
import org.pcapnetmap.pcap.SendQueue;

/** Sends traffic from a port, as fast as the rate allows, until it ends or enough is sent. */
final class Sender {
  /** Frames between two syncs: enough to pay for the sync, few enough to stay in the cache. */
  private static final int BATCH = 256;

  private static final double NANOS_PER_SECOND = 1e9;

  /** How often to look whether the others are there; nobody tells. */
  private static final long PEERS_NANOS = 5_000_000;

  private final LiveHandle port;
  private final SendQueue queue;
  private final Traffic traffic;
  private final SendOptions options;
  private final Stop stop;
  private final Progress progress;
  private long sent;
  private long start;
  private long end;

  Sender(LiveHandle port, Traffic traffic, SendOptions options, Stop stop, Progress progress)
      throws PcapException {
    this.port = port;
    this.queue = port.sendQueue();
    this.traffic = traffic;
    this.options = options;
    this.stop = stop;
    this.progress = progress;
  }

  /** From the first frame to the last sync. */
  double seconds() {
    return (end - start) / NANOS_PER_SECOND;
  }

  void run() throws IOException {
    stop.wakeBy(port::breakLoop);
    waitForOthers();
    start = System.nanoTime();
    try {
      sendAll();
    } finally {
      end = System.nanoTime();
    }
  }

  /** After a failure nothing is waited for: the reason may last. */
  private void sendAll() throws IOException {
    send();
    finish();
  }

  /** As long as the run may take at most, which begins anew when all are there. */
  private void waitForOthers() throws IOException {
    long since = System.nanoTime();
    while (!stop.requested() && port.peers() < options.waitFor()) {
      if (System.nanoTime() - since >= options.durationNanos()) {
        throw new CommandException(port.name() + ": " + nobody());
      }
      stop.pause(PEERS_NANOS);
    }
  }

  private String nobody() throws IOException {
    if (options.isInterface()) {
      return "no link in the time of --duration; plug in the cable, or see \"ip link\"";
    }
    return Quantity.counted(port.peers(), "other opening")
        + " on the switch in the time of --duration, and --wait-for wants "
        + options.waitFor()
        + "; start the receivers, or give them more time";
  }

  private void send() throws IOException {
    if (!stop.requested()) {
      step(limitFrom(start), start);
    }
    // The first step loads code, for as long as many packets take: they are not made up for.
    long now = System.nanoTime();
    RateLimit rate = limitFrom(now);
    while (!stop.requested()
        && sent < options.count()
        && !traffic.ended()
        && now - start < options.durationNanos()) {
      if (step(rate, now) == 0) {
        pause(rate, now);
      }
      now = System.nanoTime();
      progress.tick(now, this::state);
    }
  }

  private RateLimit limitFrom(long now) {
    return new RateLimit(options.packetsPerSecond(), now);
  }

  private int step(RateLimit rate, long now) throws IOException {
    long limit = Math.min(rate.allowance(sent, now), options.count() - sent);
    int room = Math.min(queue.room(), BATCH);
    int filled = limit <= 0 ? 0 : traffic.fill(queue, (int) Math.min(limit, room), now);
    if (filled > 0 || room == 0) {
      queue.flush();
    }
    sent += filled;
    return filled;
  }

  private void pause(RateLimit rate, long now) throws IOException {
    long left = options.durationNanos() - (now - start);
    long due = Math.max(rate.untilDue(sent, now), traffic.untilDue(now));
    if (queue.room() == 0 || due == 0) { // the next frame may take several slots
      queue.awaitMoreRoom(Math.min(left, Progress.PERIOD_NANOS));
    } else {
      stop.pause(Math.min(left, Math.min(due, Progress.PERIOD_NANOS)));
    }
  }

  /**
   * Sends what was put into the ring but not taken out yet: a pipe takes it as its reader makes
   * room. When the time is over, only as long as there is a reader and something moves.
   */
  private void finish() throws IOException {
    int before = -1;
    queue.flush();
    while (!queue.isEmpty()
        && !stop.requested()
        && (timeLeft() > 0 || (port.peers() > 0 && queue.room() > before))) {
      before = queue.room();
      long left = timeLeft();
      queue.awaitMoreRoom(left > 0 ? Math.min(left, Progress.PERIOD_NANOS) : Progress.PERIOD_NANOS);
    }
  }

  private long timeLeft() {
    return options.durationNanos() - (System.nanoTime() - start);
  }

  private String state() {
    double elapsed = (System.nanoTime() - start) / NANOS_PER_SECOND;
    return String.format(
        "%s sent, %s packets/s",
        Quantity.counted(sent, "packet"), Quantity.shortened(sent / elapsed));
  }
}
