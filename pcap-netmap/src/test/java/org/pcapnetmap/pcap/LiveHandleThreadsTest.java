package org.pcapnetmap.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ending and changing a read from outside, at the worst moments. */
@Timeout(180)
class LiveHandleThreadsTest {
  private static final int SIZE = 60;
  private static final PacketHandler IGNORE =
      (buffer, offset, length, wireLength, timeNanos, direction) -> {};

  private final String network = TestNetwork.next();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final ByteBuffer frame = TestNetwork.frame(SIZE);

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  private LiveHandle open(String port) throws Exception {
    return PcapHandle.live(network + ":" + port).slots(64).open();
  }

  private static void awaitSleep(LiveHandle handle, Future<?> reader) throws Exception {
    long before = handle.portStatistics().sleeps();
    while (handle.portStatistics().sleeps() == before && !reader.isDone()) {
      Thread.onSpinWait();
    }
  }

  @Test
  void aBreakEndsASleepingReadAndOnlyThat() throws Exception {
    try (LiveHandle sender = open("a");
        LiveHandle reader = open("b")) {
      Future<Integer> loop = threads.submit(() -> reader.loop(0, IGNORE));
      awaitSleep(reader, loop);
      reader.breakLoop();
      assertEquals(PcapHandle.BREAK, loop.get());
      sender.inject(frame, 0, SIZE);
      assertEquals(1, reader.dispatch(0, IGNORE));
    }
  }

  /** Whoever closes need not wait for the reader of a full pipe. */
  @Test
  void anEndEndsASendThatWaitsForRoom() throws Exception {
    byte[] bytes = new byte[SIZE];
    try (LiveHandle sender = open("a{1")) {
      Future<?> sending =
          threads.submit(
              () -> {
                while (true) {
                  sender.injectSoon(bytes, 0, SIZE);
                }
              });
      awaitSleep(sender, sending);
      sender.end();
      ExecutionException failure = assertThrows(ExecutionException.class, sending::get);
      assertTrue(failure.getMessage().contains("closed while a send waited"), failure::toString);
    }
  }

  @Test
  void anEarlyBreakEndsTheNextReadOnly() throws Exception {
    try (LiveHandle sender = open("a");
        LiveHandle reader = open("b")) {
      sender.inject(frame, 0, SIZE);
      reader.breakLoop();
      assertEquals(PcapHandle.BREAK, reader.nextEx(new PcapPacket()));
      assertEquals(1, reader.nextEx(new PcapPacket()));
      reader.breakLoop();
      assertEquals(PcapHandle.BREAK, reader.loop(1, IGNORE));
      sender.inject(frame, 0, SIZE);
      assertEquals(0, reader.loop(1, IGNORE));
    }
  }

  @Test
  void aBreakByTheHandlerCountsEvenAtTheLastPacket() throws Exception {
    try (LiveHandle sender = open("a");
        LiveHandle reader = open("b")) {
      sender.inject(frame, 0, SIZE);
      sender.inject(frame, 0, SIZE);
      AtomicInteger packets = new AtomicInteger();
      PacketHandler breaks =
          (buffer, offset, length, wireLength, timeNanos, direction) -> {
            packets.incrementAndGet();
            reader.breakLoop();
          };
      assertEquals(PcapHandle.BREAK, reader.loop(1, breaks));
      assertEquals(PcapHandle.BREAK, reader.loop(10, breaks));
      assertEquals(2, packets.get());
    }
  }

  @Test
  void aFilterSetByAnotherThreadHoldsForASleepingReader() throws Exception {
    try (LiveHandle sender = open("a");
        LiveHandle reader = open("b")) {
      AtomicInteger seen = new AtomicInteger();
      for (int round = 0; round < 50; round++) {
        int wanted = SIZE + round;
        seen.set(0);
        Future<Integer> loop =
            threads.submit(
                () ->
                    reader.loop(
                        1,
                        (buffer, offset, length, wireLength, timeNanos, direction) ->
                            seen.set(length)));
        if (round % 2 == 0) {
          awaitSleep(reader, loop);
        }
        reader.setFilter("len = " + wanted);
        sender.inject(TestNetwork.frame(wanted + 1), 0, wanted + 1);
        sender.inject(TestNetwork.frame(wanted), 0, wanted);
        assertEquals(0, loop.get());
        assertEquals(wanted, seen.get());
      }
    }
  }

  /** Every read ends as it must; what the reader looks at stays memory that may be read. */
  @Test
  void tenThousandClosesAgainstARunningReader() throws Exception {
    CountDownLatch stop = new CountDownLatch(1);
    AtomicLong looked = new AtomicLong();
    try (LiveHandle sender = PcapHandle.live(network + ":a").open()) {
      Future<?> traffic = threads.submit(() -> sendUntil(stop, sender));
      for (int round = 0; round < 10_000; round++) {
        LiveHandle reader = PcapHandle.live(network + ":b").slots(16).sendSlots(16).open();
        CountDownLatch running = new CountDownLatch(1);
        Future<Integer> loop = threads.submit(() -> read(reader, running, looked));
        if (round % 2 == 0) {
          running.await();
        }
        reader.close();
        assertEquals(PcapHandle.BREAK, loop.get());
      }
      stop.countDown();
      traffic.get();
    }
    assertTrue(looked.get() >= 5000L * SIZE, looked + " bytes seen");
  }

  private Void sendUntil(CountDownLatch stop, LiveHandle sender) throws Exception {
    SendQueue queue = sender.sendQueue();
    while (stop.getCount() > 0) {
      for (int i = 0; i < 8; i++) {
        queue.offer(frame, 0, SIZE);
      }
      queue.flush();
    }
    return null;
  }

  private static int read(LiveHandle reader, CountDownLatch running, AtomicLong looked)
      throws Exception {
    try {
      return reader.loop(
          0,
          (buffer, offset, length, wireLength, timeNanos, direction) -> {
            for (int i = 0; i < length; i++) {
              looked.addAndGet(buffer.get(offset + i) == 0 ? 0 : 1);
            }
            running.countDown();
          });
    } catch (IllegalStateException closedBefore) {
      return PcapHandle.BREAK;
    }
  }

  @Test
  void aCloseEndsASleepingRead() throws Exception {
    for (int round = 0; round < 100; round++) {
      LiveHandle reader = open("b");
      Future<Integer> loop = threads.submit(() -> reader.loop(0, IGNORE));
      awaitSleep(reader, loop);
      reader.close();
      assertEquals(PcapHandle.BREAK, loop.get());
      assertThrows(IllegalStateException.class, () -> reader.inject(frame, 0, SIZE));
    }
  }
}
