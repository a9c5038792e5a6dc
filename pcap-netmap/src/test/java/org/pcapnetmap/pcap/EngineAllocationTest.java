package org.pcapnetmap.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whichever way packets are sent and read, they cost no objects. */
@Timeout(120)
class EngineAllocationTest {
  private static final int SIZE = 60;
  private static final int BATCH = 200;
  private static final int BATCHES = 2_000;
  private static final int ROUNDS = 6;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final ByteBuffer buffer = TestNetwork.frame(SIZE);
  private final byte[] array = new byte[SIZE];
  private final PcapPacket packet = new PcapPacket();
  private long packets;
  private final PacketHandler counter = (b, offset, length, wire, time, direction) -> packets++;
  private LiveHandle sender;
  private LiveHandle reader;

  @Test
  void sendingAndReadingAllocateNothing() throws Exception {
    String network = TestNetwork.next();
    try (LiveHandle from = PcapHandle.live(network + ":a").open();
        LiveHandle to = PcapHandle.live(network + ":b").open()) {
      sender = from;
      reader = to;
      // What links or compiles itself anew allocates once, whenever the JVM does it: a round
      // without any allocation is the proof.
      int rounds = 1;
      while (allocatedByARound() != 0) {
        assertTrue(rounds++ < ROUNDS, "every round allocated");
      }
      assertEquals((long) rounds * BATCHES * (BATCH + 2), packets);
    }
  }

  private long allocatedByARound() throws Exception {
    long before = threads.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < BATCHES; i++) {
      send();
      read();
    }
    return threads.getCurrentThreadAllocatedBytes() - before;
  }

  private void send() throws Exception {
    for (int i = 0; i < BATCH; i++) {
      sender.sendQueue().offer(buffer, 0, SIZE);
    }
    sender.inject(buffer, 0, SIZE);
    sender.inject(array, 0, SIZE);
  }

  private void read() throws Exception {
    for (int i = 0; i < BATCH / 4; i++) {
      packets += reader.nextEx(packet);
    }
    packets += reader.nextEx(packet, 1_000_000) > 0 ? 1 : 0;
    reader.loop(BATCH / 4, counter);
    int read;
    do {
      read = reader.dispatch(0, counter, 0);
    } while (read > 0);
  }
}
