package org.pcapnetmap.cli.bridge;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import org.pcapnetmap.cli.Json;
import org.pcapnetmap.cli.Progress;
import org.pcapnetmap.cli.Quantity;
import org.pcapnetmap.cli.Stop;
import org.pcapnetmap.cli.Terminal;
import org.pcapnetmap.pcap.LiveHandle;

/** Two lanes between two ports, each with a thread of its own, until the end. */
final class Bridge {
  private static final double NANOS_PER_SECOND = 1e9;

  private final LiveHandle a;
  private final LiveHandle b;
  private final Lane there;
  private final Lane back;
  private final BridgeOptions options;
  private final Terminal terminal;
  private final Stop stop;
  private final Progress progress;
  private final Thread main = Thread.currentThread();
  private final long start = System.nanoTime();
  private volatile boolean failed;

  Bridge(LiveHandle a, LiveHandle b, BridgeOptions options, Terminal terminal, Stop stop)
      throws IOException {
    this.a = a;
    this.b = b;
    this.options = options;
    this.terminal = terminal;
    this.stop = stop;
    this.there = new Lane(a, b, this::fail);
    this.back = new Lane(b, a, this::fail);
    this.progress = new Progress(terminal, true);
  }

  private void fail() {
    failed = true;
    LockSupport.unpark(main);
  }

  void run() throws IOException {
    CompletableFuture<Void> lanes = CompletableFuture.allOf(start(there), start(back));
    waitForTheEnd();
    there.stop();
    back.stop();
    lanes.join();
    progress.end();
    report((System.nanoTime() - start) / NANOS_PER_SECOND);
  }

  private void waitForTheEnd() {
    long now = start;
    while (!stop.requested() && !failed && now - start < options.durationNanos()) {
      stop.pause(Math.min(options.durationNanos() - (now - start), Progress.PERIOD_NANOS));
      now = System.nanoTime();
      progress.tick(now, this::state);
    }
  }

  private static CompletableFuture<Void> start(Lane lane) {
    return CompletableFuture.runAsync(lane, task -> new Thread(task, "lane").start());
  }

  private String state() {
    return Quantity.counted(there.frames() + back.frames(), "packet") + " forwarded";
  }

  private void report(double seconds) throws IOException {
    say(a, b, there);
    say(b, a, back);
    IOException failure = there.failure() != null ? there.failure() : back.failure();
    if (options.json()) {
      Json json = json(seconds);
      terminal.println((failure == null ? json : json.error(failure)).toString());
    }
    if (failure != null) {
      throw failure;
    }
  }

  private void say(LiveHandle from, LiveHandle to, Lane lane) throws IOException {
    terminal
        .err()
        .println(
            from.name()
                + " to "
                + to.name()
                + ": "
                + Quantity.counted(lane.forwarded(), "packet")
                + " forwarded, "
                + lane.dropped()
                + " dropped"
                + reason(lane));
  }

  private static String reason(Lane lane) {
    return lane.refusal() == null ? "" : ", some by " + lane.refusal().getMessage();
  }

  private Json json(double seconds) throws IOException {
    long packets = there.forwarded() + back.forwarded();
    return new Json()
        .put("command", "bridge")
        .put("packets", packets)
        .put("bytes", there.bytes() + back.bytes())
        .put("dropped", there.dropped() + back.dropped())
        .put("seconds", seconds)
        .put("packetsPerSecond", packets / seconds)
        .put("a", a.name())
        .put("b", b.name())
        .put("forwardedAToB", there.forwarded())
        .put("droppedAToB", there.dropped())
        .put("unreadAToB", there.unread())
        .put("forwardedBToA", back.forwarded())
        .put("droppedBToA", back.dropped())
        .put("unreadBToA", back.unread());
  }
}
