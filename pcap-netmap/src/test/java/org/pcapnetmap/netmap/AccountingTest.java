package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two sending processes, three readers here, frames to one and to all, full rings and a filter: to
 * the last frame, what was offered was published, dropped or filtered, and what was published was
 * read.
 */
@Timeout(120)
final class AccountingTest {
  private static final int SENDERS = 2;
  private static final int RECEIVERS = 3;
  private static final int FRAMES = 400_000;

  private final String network = TestSwitch.next();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final List<NetmapPort> receivers = new ArrayList<>();
  private final List<Future<FrameChecker>> readers = new ArrayList<>();
  private final List<ChildJvm> senders = new ArrayList<>();

  @Test
  void everyFrameIsAccountedFor() throws Exception {
    for (int i = 0; i < RECEIVERS; i++) {
      startReceiver(i);
    }
    for (int i = 0; i < SENDERS; i++) {
      startSender(i);
    }
    for (ChildJvm sender : senders) {
      assertEquals("sent " + FRAMES, sender.readLine());
    }
    receivers.forEach(NetmapPort::interrupt);
    for (int i = 0; i < RECEIVERS; i++) {
      checkReceiver(readers.get(i).get(), receivers.get(i).statistics());
    }
    assertNotEquals(0, receivers.get(0).statistics().filtered());
    checkSwitch();
  }

  private void startReceiver(int number) throws NetmapException {
    NetmapPort port = NetmapPort.open(network + ":r" + number, PortOptions.raw().withRxSlots(128));
    receivers.add(port);
    ReceiverThread.announce(port, number);
    if (number == 0) {
      port.setFilter(fromSender(1));
    }
    readers.add(threads.submit(new ReceiverThread(port)));
  }

  /** Accepts frames whose source address ends with this number. */
  private static BpfProgram fromSender(int sender) {
    return BpfProgram.of(
        BpfProgram.instruction(0x20, 0, 0, 8),
        BpfProgram.instruction(0x15, 0, 1, sender),
        BpfProgram.instruction(0x06, 0, 0, -1),
        BpfProgram.instruction(0x06, 0, 0, 0));
  }

  private void startSender(int number) throws Exception {
    senders.add(
        ChildJvm.start(
            null,
            List.of(),
            SenderProgram.class,
            network + ":s" + number,
            Integer.toString(number),
            Integer.toString(FRAMES),
            Integer.toString(RECEIVERS)));
  }

  private static void checkReceiver(FrameChecker seen, PortStatistics counters) {
    seen.assertGood();
    assertNotEquals(0, seen.frames());
    assertEquals(counters.consumed(), seen.frames() + counters.abandoned());
    assertEquals(0, counters.unread());
    assertEquals(counters.published(), counters.consumed());
  }

  private void checkSwitch() throws NetmapException {
    List<PortStatistics> all =
        NetmapDevice.list().stream().filter(this::isOurs).map(OpeningInfo::statistics).toList();
    assertEquals(SENDERS + RECEIVERS, all.size());
    long offered = 0;
    long arrived = 0;
    for (PortStatistics one : all) {
      assertEquals(one.published(), one.consumed() + one.unread());
      offered += one.offered();
      arrived += one.published() + one.dropped() + one.filtered();
    }
    assertEquals(offered, arrived);
    checkPairs(offered);
  }

  /** Every receiver's pairs add up to its own counters, and all of them to what was offered. */
  private void checkPairs(long offered) throws NetmapException {
    List<PairCounters> pairs =
        NetmapDevice.pairs().stream().filter(pair -> pair.switchName().equals(network)).toList();
    assertEquals(offered, pairs.stream().mapToLong(PairCounters::offered).sum());
    for (int i = 0; i < RECEIVERS; i++) {
      String port = "r" + i;
      PortStatistics own = receivers.get(i).statistics();
      List<PairCounters> its = pairs.stream().filter(p -> p.receiverPort().equals(port)).toList();
      assertEquals(own.accepted(), its.stream().mapToLong(PairCounters::accepted).sum());
      assertEquals(own.dropped(), its.stream().mapToLong(PairCounters::dropped).sum());
      assertEquals(own.filtered(), its.stream().mapToLong(PairCounters::filtered).sum());
      assertEquals(own.publishedBytes(), its.stream().mapToLong(PairCounters::bytes).sum());
    }
  }

  @AfterEach
  void end() throws Exception {
    for (ChildJvm sender : senders) {
      sender.close();
    }
    receivers.forEach(NetmapPort::close);
    threads.shutdownNow();
    assertEquals(0, NetmapDevice.list().stream().filter(this::isOurs).count());
  }

  private boolean isOurs(OpeningInfo info) {
    return info.switchName().equals(network);
  }
}
