package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.pcapnetmap.cli.Json;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.TxRing;

/** Sends prepared frames through a port for a fixed time, as nmd-send does in C. */
public final class RingSender {
  private static final int BATCH = 512;
  private static final int SENDER = 1;
  private static final int RECEIVER = 2;
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

  private final NetmapPort port;
  private final TxRing ring;
  private final WorkerOptions options;
  private long filled;

  private RingSender(NetmapPort port, WorkerOptions options) {
    this.port = port;
    this.ring = port.txRing(0);
    this.options = options;
  }

  /**
   * Runs the worker and prints one JSON object.
   *
   * @param arguments letters as of nmd-send
   * @throws IOException if the port cannot be used
   */
  public static void main(String[] arguments) throws IOException {
    WorkerOptions options = WorkerOptions.parse(BATCH, arguments);
    try (NetmapPort port = RingFrames.open(options)) {
      new RingSender(port, options).run();
    }
  }

  private void run() throws IOException {
    prepare();
    awaitPeer();
    double seconds = send();
    sendRest();
    Json json =
        new Json()
            .put("packets", filled)
            .put("seconds", seconds)
            .put("packetsPerSecond", filled / seconds);
    System.out.println(RingFrames.counters(json, port.statistics()));
  }

  private void prepare() {
    int to = options.broadcast ? RingFrames.EVERYONE : RECEIVER;
    for (int slot = 0; slot < ring.numSlots(); slot++) {
      RingFrames.write(ring.buffer(), ring.bufferOffset(slot), options.size, SENDER, to);
    }
  }

  private void awaitPeer() throws IOException {
    long start = System.nanoTime();
    while (port.peers() < 1) {
      if (System.nanoTime() - start > PATIENCE_NANOS) {
        throw new IOException(port.name() + ": nobody else came within 10 seconds");
      }
      LockSupport.parkNanos(LOOK_NANOS);
    }
  }

  private double send() throws NetmapException {
    long start = System.nanoTime();
    long length = (long) (options.seconds * TimeUnit.SECONDS.toNanos(1));
    long passed = 0;
    while (passed < length) {
      int count = Math.min(ring.available(), options.batch);
      fill(count);
      filled += count;
      port.txSync();
      passed = System.nanoTime() - start;
    }
    return (double) passed / TimeUnit.SECONDS.toNanos(1);
  }

  /** What a pipe had no room for yet goes as the reader makes some. */
  private void sendRest() throws NetmapException {
    while (ring.available() < ring.numSlots() - 1 && port.peers() > 0) {
      port.await(NetmapPort.POLLOUT, LOOK_NANOS);
    }
  }

  private void fill(int count) {
    int slot = ring.head();
    for (int i = 0; i < count; i++) {
      ring.setLength(slot, options.size);
      ring.setFlags(slot, 0);
      slot = ring.next(slot);
    }
    ring.advanceTo(slot);
  }
}
