package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Packets cost no objects, whichever way they are read and filled. */
@Timeout(120)
final class AllocationTest {
  private static final int PACKETS = 1_000_000;
  private static final int BATCH = 200;
  private static final int ROUNDS = 6;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final byte[] frame = new TestFrame(TestFrame.MIN_SIZE, 1).number(1).array();
  private final ByteBuffer frameBuffer = ByteBuffer.wrap(frame);
  private final FrameHandler handler = this::count;
  private long bytes;

  @Test
  void aMillionPacketsAllocateNothing() throws Exception {
    String network = TestSwitch.next();
    try (NetmapPort sender = NetmapPort.open(network + ":a");
        NetmapPort reader = NetmapPort.open(network + ":b", PortOptions.raw().withArrivals(true))) {
      // What links or compiles itself anew allocates once, whenever the JVM does it: a million
      // packets in a row without any allocation are the proof.
      int rounds = 1;
      while (allocatedBy(sender, reader) != 0) {
        assertTrue(rounds++ < ROUNDS, "every round allocated");
      }
      assertEquals((long) rounds * PACKETS, reader.statistics().consumed());
      assertEquals((long) rounds * PACKETS * frame.length, bytes);
    }
  }

  private long allocatedBy(NetmapPort sender, NetmapPort reader) throws NetmapException {
    long before = threads.getCurrentThreadAllocatedBytes();
    exchange(sender, reader);
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private void exchange(NetmapPort sender, NetmapPort reader) throws NetmapException {
    for (int sent = 0; sent < PACKETS; sent += BATCH) {
      fill(sender.txRing(0));
      sender.txSync();
      reader.await(NetmapPort.POLLIN, 0);
      reader.rxRing(0).read(handler, BATCH / 2);
      walk(reader.rxRing(0));
    }
    reader.rxSync();
  }

  private void fill(TxRing ring) {
    for (int i = 0; i < BATCH / 2; i++) {
      ring.offer(frame, 0, frame.length);
      ring.offer(frameBuffer, 0, frame.length);
    }
  }

  private void walk(RxRing ring) {
    int slot = ring.head();
    while (slot != ring.tail()) {
      count(ring.buffer(), ring.bufferOffset(slot), ring.length(slot), ring, slot);
      slot = ring.next(slot);
    }
    ring.advanceTo(slot);
  }

  private void count(ByteBuffer buffer, int offset, int length, RxRing ring, int slot) {
    bytes += length;
    assertNotEquals(0, ring.arrivalTimeNanos(slot));
    assertSame(Direction.IN, ring.direction(slot));
  }
}
