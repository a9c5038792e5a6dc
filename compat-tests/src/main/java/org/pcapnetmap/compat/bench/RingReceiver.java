package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import org.pcapnetmap.cli.Json;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.RxRing;
import org.pcapnetmap.netmap.TxRing;

/**
 * Receives from a port and looks at each frame, as nmd-recv does in C: the slot's length and the
 * frame's first eight bytes. Ends when nothing is left to read and the senders have closed.
 */
public final class RingReceiver {
  private static final int BATCH = 256;
  private static final int SELF = 2;
  private static final int SHORTEST = 60;
  private static final long LOOK_AROUND_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

  private final NetmapPort port;
  private final RxRing ring;
  private final int batch;
  private final Window window;
  private final long begun = System.nanoTime();
  private long looked;

  private RingReceiver(NetmapPort port, WorkerOptions options) {
    this.port = port;
    this.ring = port.rxRing(0);
    this.batch = options.batch;
    this.window = new Window(options.warmUp, options.seconds);
  }

  /**
   * Runs the worker and prints one JSON object.
   *
   * @param arguments letters as of nmd-recv
   * @throws IOException if the port cannot be used or no frame comes
   */
  public static void main(String[] arguments) throws IOException {
    WorkerOptions options = WorkerOptions.parse(BATCH, arguments);
    try (NetmapPort port = RingFrames.open(options)) {
      new RingReceiver(port, options).run();
    }
  }

  private void run() throws IOException {
    announce();
    while (port.rxSync() > 0 || awaitFrames()) {
      int count = Math.min(ring.available(), batch);
      looked += look(count);
      window.add(count);
    }
    Json json = window.put(new Json()).put("looked", looked);
    System.out.println(RingFrames.counters(json, port.statistics()));
  }

  /** Says by one broadcast frame where this address lives. */
  private void announce() throws NetmapException {
    TxRing tx = port.txRing(0);
    int slot = tx.head();
    RingFrames.write(tx.buffer(), tx.bufferOffset(slot), SHORTEST, SELF, RingFrames.EVERYONE);
    tx.setLength(slot, SHORTEST);
    tx.setFlags(slot, 0);
    tx.advanceTo(tx.next(slot));
    port.txSync();
  }

  private long look(int count) {
    ByteBuffer buffer = ring.buffer();
    int slot = ring.head();
    long sum = 0;
    for (int i = 0; i < count; i++) {
      sum += ring.length(slot) + buffer.getLong(ring.bufferOffset(slot));
      slot = ring.next(slot);
    }
    ring.advanceTo(slot);
    return sum;
  }

  /** Sleeps until there is something to read; false: there will be nothing. */
  private boolean awaitFrames() throws IOException {
    while (port.await(NetmapPort.POLLIN, LOOK_AROUND_NANOS) <= 0) {
      if (window.hasBegun() && port.peers() == 0) {
        return port.rxSync() > 0;
      }
      if (!window.hasBegun() && System.nanoTime() - begun > PATIENCE_NANOS) {
        throw new IOException(port.name() + ": no frame came");
      }
    }
    return true;
  }
}
