package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class AwaitTest {
  private static final long FOREVER = -1;

  private final String network = TestSwitch.next();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stopThreads() {
    threads.shutdownNow();
  }

  @Test
  void nothingToReadIsATimeout() throws Exception {
    try (NetmapPort port = NetmapPort.open(network + ":a")) {
      long start = System.nanoTime();
      assertEquals(0, port.await(NetmapPort.POLLIN, TimeUnit.MILLISECONDS.toNanos(5)));
      assertTrue(System.nanoTime() - start >= TimeUnit.MILLISECONDS.toNanos(5), "it waited");
      assertEquals(0, port.await(NetmapPort.POLLIN, 0));
    }
  }

  @Test
  void roomToSendIsThereAtOnce() throws Exception {
    try (NetmapPort port = NetmapPort.open(network + ":a")) {
      int both = NetmapPort.POLLIN | NetmapPort.POLLOUT;
      assertEquals(NetmapPort.POLLOUT, port.await(NetmapPort.POLLOUT, FOREVER));
      assertEquals(NetmapPort.POLLOUT, port.await(both, FOREVER));
    }
  }

  @Test
  void aFrameWakesTheReader() throws Exception {
    try (NetmapPort sender = NetmapPort.open(network + ":a");
        NetmapPort reader = NetmapPort.open(network + ":b")) {
      Future<Integer> events = await(reader);
      TestFrame frame = new TestFrame(TestFrame.MIN_SIZE, 1);
      assertTrue(sender.txRing(0).offer(frame.number(1), 0, frame.size()));
      sender.txSync();
      assertEquals(NetmapPort.POLLIN, events.get());
      assertEquals(1, reader.rxRing(0).available());
    }
  }

  @Test
  void anInterruptEndsTheWait() throws Exception {
    try (NetmapPort port = NetmapPort.open(network + ":a")) {
      Future<Integer> result = await(port);
      port.interrupt();
      assertEquals(NetmapPort.INTERRUPTED, result.get());
    }
  }

  @Test
  void anEarlyInterruptEndsTheNextWaitOnly() throws Exception {
    try (NetmapPort port = NetmapPort.open(network + ":a")) {
      port.interrupt();
      assertEquals(NetmapPort.INTERRUPTED, port.await(NetmapPort.POLLIN, FOREVER));
      assertEquals(0, port.await(NetmapPort.POLLIN, 1000));
    }
  }

  @Test
  void aCloseEndsAllWaitsAndReturnsAfterThem() throws Exception {
    for (int round = 0; round < 50; round++) {
      NetmapPort port = NetmapPort.open(network + ":a");
      List<Future<Integer>> waits = List.of(await(port), await(port), await(port));
      port.close();
      for (Future<Integer> wait : waits) {
        assertEquals(NetmapPort.INTERRUPTED, wait.get());
      }
      assertThrows(IllegalStateException.class, () -> port.await(NetmapPort.POLLIN, 0));
    }
  }

  @Test
  void aCloseUnderBusyCallsIsOrderly() throws Exception {
    for (int round = 0; round < 50; round++) {
      NetmapPort port = NetmapPort.open(network + ":a");
      List<Future<?>> users = new ArrayList<>();
      CountDownLatch busy = new CountDownLatch(2);
      for (int i = 0; i < 2; i++) {
        users.add(threads.submit(() -> useUntilClosed(port, busy)));
      }
      busy.await();
      port.close();
      for (Future<?> user : users) {
        user.get();
      }
    }
  }

  private static Void useUntilClosed(NetmapPort port, CountDownLatch busy) throws NetmapException {
    try {
      while (true) {
        port.txSync();
        port.rxSync();
        port.peers();
        port.await(NetmapPort.POLLOUT, 0);
        busy.countDown();
      }
    } catch (IllegalStateException closed) {
      return null;
    }
  }

  /** Starts a wait for frames without limit in another thread, and returns once it sleeps. */
  private Future<Integer> await(NetmapPort port) throws NetmapException {
    long before = port.statistics().sleeps();
    AtomicReference<Thread> waiter = new AtomicReference<>();
    Future<Integer> result =
        threads.submit(
            () -> {
              waiter.set(Thread.currentThread());
              return port.await(NetmapPort.POLLIN, FOREVER);
            });
    while ((port.statistics().sleeps() == before || !isInDevice(waiter.get()))
        && !result.isDone()) {
      Thread.onSpinWait();
    }
    return result;
  }

  /** The counter alone may be that of an earlier waiter, who looks up now and then. */
  private static boolean isInDevice(Thread waiter) {
    return waiter != null
        && Arrays.stream(waiter.getStackTrace())
            .anyMatch(frame -> frame.getMethodName().equals("nmd_wait"));
  }
}
