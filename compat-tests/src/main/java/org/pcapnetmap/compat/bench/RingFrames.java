package org.pcapnetmap.compat.bench;

import java.nio.ByteBuffer;
import org.pcapnetmap.cli.Json;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.PortOptions;
import org.pcapnetmap.netmap.PortStatistics;

/** What the two workers in Java share: ports, frames, counters. */
final class RingFrames {
  /** The last byte of the address of everyone. */
  static final int EVERYONE = 0xff;

  private static final int ADDRESS = 6;
  private static final byte LOCAL = 2;
  // Ethernet type 88b5 is set aside for local experiments: no host acts on it.
  private static final short EXPERIMENT = (short) 0x88b5;
  private static final int BUFFER = 2112;

  private RingFrames() {}

  static NetmapPort open(WorkerOptions options) throws NetmapException {
    return NetmapPort.open(
        options.port,
        PortOptions.raw()
            .withTxSlots(options.slots)
            .withRxSlots(options.slots)
            .withBufferSize(BUFFER));
  }

  /** Writes an Ethernet frame from 02:00:00:00:00:from to 02:00:00:00:00:to, or to EVERYONE. */
  static void write(ByteBuffer buffer, int offset, int size, int from, int to) {
    for (int i = 0; i < size; i++) {
      buffer.put(offset + i, i < ADDRESS && to == EVERYONE ? (byte) EVERYONE : 0);
    }
    if (to != EVERYONE) {
      buffer.put(offset, LOCAL).put(offset + ADDRESS - 1, (byte) to);
    }
    buffer.put(offset + ADDRESS, LOCAL).put(offset + 2 * ADDRESS - 1, (byte) from);
    buffer.put(offset + 2 * ADDRESS, (byte) (EXPERIMENT >> Byte.SIZE));
    buffer.put(offset + 2 * ADDRESS + 1, (byte) EXPERIMENT);
  }

  /** Adds the device's counters to what a worker prints. */
  static Json counters(Json json, PortStatistics s) {
    return json.put("published", s.published())
        .put("dropped", s.dropped())
        .put("filtered", s.filtered())
        .put("consumed", s.consumed())
        .put("unread", s.unread())
        .put("sent", s.sent())
        .put("offered", s.offered())
        .put("wakeups", s.wakeups())
        .put("sleeps", s.sleeps());
  }
}
