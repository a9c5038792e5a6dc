package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a port sees of the frames of others, and how. */
@Timeout(60)
final class TrafficTest {
  private static final PortOptions CAPTURE = PortOptions.capture();
  private static final int ETHERNET_IPV4 = 0x0800;

  private final String network = TestSwitch.next();

  @Test
  void framesArriveUnchangedAndInOrder() throws Exception {
    try (NetmapPort sender = NetmapPort.open(network + ":a");
        NetmapPort reader = NetmapPort.open(network + ":b")) {
      FrameChecker checker = new FrameChecker();
      for (int size = 60; size <= sender.txRing(0).bufferSize(); size += 36) {
        TestFrame frame = new TestFrame(size, size);
        for (int i = 0; i < 500; i++) {
          assertTrue(sender.txRing(0).offer(frame.number(i), 0, size));
        }
        sender.txSync();
        reader.rxSync();
        assertEquals(500, reader.rxRing(0).read(checker, Integer.MAX_VALUE));
      }
      reader.rxSync();
      checker.assertGood();
      assertEquals(checker.frames(), reader.statistics().consumed());
      assertEquals(0, reader.statistics().dropped());
    }
  }

  @Test
  void aCaptureSeesBothDirections() throws Exception {
    try (NetmapPort port = NetmapPort.open(network + ":a");
        NetmapPort other = NetmapPort.open(network + ":b");
        NetmapPort capture = NetmapPort.open(network + ":a", CAPTURE)) {
      long before = System.currentTimeMillis() * 1_000_000;
      send(port, new TestFrame(60, 1));
      send(other, new TestFrame(60, 2));
      long after = (System.currentTimeMillis() + 1) * 1_000_000;
      List<String> seen = new ArrayList<>();
      capture.rxSync();
      capture
          .rxRing(0)
          .read(
              (buffer, offset, length, ring, slot) -> {
                seen.add(TestFrame.sender(buffer, offset) + " " + ring.direction(slot));
                long time = ring.arrivalTimeNanos(slot);
                assertTrue(time >= before && time <= after, () -> "arrived at " + time);
              },
              10);
      assertEquals(List.of("1 OUT", "2 IN"), seen);
    }
  }

  @Test
  void directionLimitsWhatACaptureSees() throws Exception {
    try (NetmapPort port = NetmapPort.open(network + ":a");
        NetmapPort other = NetmapPort.open(network + ":b");
        NetmapPort capture = NetmapPort.open(network + ":a", CAPTURE)) {
      capture.setDirection(Direction.OUT);
      send(port, new TestFrame(60, 1));
      send(other, new TestFrame(60, 2));
      assertEquals(List.of(1), senders(capture));
      capture.setDirection(Direction.IN);
      send(port, new TestFrame(60, 1));
      send(other, new TestFrame(60, 2));
      assertEquals(List.of(2), senders(capture));
      assertEquals(2, capture.statistics().filtered());
    }
  }

  @Test
  void aFilterRejectsAtDelivery() throws Exception {
    try (NetmapPort sender = NetmapPort.open(network + ":a");
        NetmapPort reader = NetmapPort.open(network + ":b", CAPTURE)) {
      reader.setFilter(acceptType(ETHERNET_IPV4));
      for (int i = 0; i < 100; i++) {
        send(sender, new TestFrame(60, i).type(i % 4 == 0 ? ETHERNET_IPV4 : TestFrame.TYPE));
      }
      assertEquals(25, senders(reader).size());
      PortStatistics counters = reader.statistics();
      assertEquals(25, counters.published());
      assertEquals(75, counters.filtered());
      assertEquals(100, sender.statistics().offered());
      reader.setFilter(BpfProgram.ACCEPT_ALL);
      send(sender, new TestFrame(60, 7));
      assertEquals(List.of(7), senders(reader));
    }
  }

  @Test
  void aNewFilterGivesUpWhatWasUnread() throws Exception {
    try (NetmapPort sender = NetmapPort.open(network + ":a");
        NetmapPort reader = NetmapPort.open(network + ":b", CAPTURE)) {
      send(sender, new TestFrame(60, 1));
      reader.setFilter(acceptType(ETHERNET_IPV4));
      assertEquals(List.of(), senders(reader));
      assertEquals(1, reader.statistics().abandoned());
    }
  }

  @Test
  void theSnapLengthCutsFramesButNotTheirWireLength() throws Exception {
    try (NetmapPort sender = NetmapPort.open(network + ":a");
        NetmapPort reader = NetmapPort.open(network + ":b", CAPTURE)) {
      reader.setSnapLength(64);
      send(sender, new TestFrame(1500, 1));
      send(sender, new TestFrame(60, 1));
      reader.rxSync();
      RxRing ring = reader.rxRing(0);
      assertEquals(List.of(64, 1500), List.of(ring.length(0), ring.wireLength(0)));
      assertEquals(List.of(60, 60), List.of(ring.length(1), ring.wireLength(1)));
    }
  }

  @Test
  void aFrameOfSeveralSlotsArrivesWhole() throws Exception {
    PortOptions small = PortOptions.raw().withBufferSize(128);
    PortOptions medium = PortOptions.capture().withBufferSize(1024);
    try (NetmapPort sender = NetmapPort.open(network + ":a", small);
        NetmapPort reader = NetmapPort.open(network + ":b", medium)) {
      TestFrame frame = new TestFrame(2500, 1);
      send(sender, frame);
      reader.rxSync();
      RxRing ring = reader.rxRing(0);
      ByteBuffer whole = ByteBuffer.allocate(frame.size());
      int slots = ring.read((b, at, n, rx, s) -> append(whole, b, at, n), 10);
      assertEquals(3, slots);
      assertEquals(frame.number(0), whole.flip());
      assertEquals(List.of(2500, 0, 0), wireLengths(ring));
      reader.rxSync();
      assertEquals(1, reader.statistics().accepted());
      assertEquals(3, reader.statistics().consumed());
    }
  }

  private static void append(ByteBuffer whole, ByteBuffer buffer, int offset, int length) {
    whole.put(buffer.slice(offset, length));
  }

  private static List<Integer> wireLengths(RxRing ring) {
    return List.of(ring.wireLength(0), ring.wireLength(1), ring.wireLength(2));
  }

  @Test
  void aFullReaderDropsAndCounts() throws Exception {
    try (NetmapPort sender = NetmapPort.open(network + ":a");
        NetmapPort reader = NetmapPort.open(network + ":b", CAPTURE.withRxSlots(16))) {
      for (int i = 0; i < 40; i++) {
        send(sender, new TestFrame(60, i));
      }
      assertEquals(15, senders(reader).size());
      assertEquals(25, reader.statistics().dropped());
    }
  }

  @Test
  void slotsMayTradeBuffers() throws Exception {
    try (NetmapPort sender = NetmapPort.open(network + ":a");
        NetmapPort middle = NetmapPort.open(network + ":b");
        NetmapPort reader = NetmapPort.open(network + ":c", CAPTURE)) {
      send(sender, new TestFrame(100, 42));
      middle.rxSync();
      trade(middle.rxRing(0), middle.txRing(0));
      middle.rxSync();
      middle.txSync();
      assertEquals(List.of(42, 42), senders(reader));
    }
  }

  private static void trade(RxRing rx, TxRing tx) {
    int from = rx.head();
    int to = tx.head();
    int buffer = tx.bufferIndex(to);
    tx.setBufferIndex(to, rx.bufferIndex(from));
    tx.setLength(to, rx.length(from));
    tx.setFlags(to, SlotFlags.BUF_CHANGED);
    rx.setBufferIndex(from, buffer);
    rx.setFlags(from, SlotFlags.BUF_CHANGED);
    rx.advanceTo(rx.next(from));
    tx.advanceTo(tx.next(to));
  }

  private static BpfProgram acceptType(int type) {
    return BpfProgram.of(
        BpfProgram.instruction(0x28, 0, 0, TestFrame.TYPE_OFFSET),
        BpfProgram.instruction(0x15, 0, 1, type),
        BpfProgram.instruction(0x06, 0, 0, -1),
        BpfProgram.instruction(0x06, 0, 0, 0));
  }

  private static void send(NetmapPort port, TestFrame frame) throws NetmapException {
    assertTrue(port.txRing(0).offer(frame.number(0), 0, frame.size()));
    port.txSync();
  }

  private static List<Integer> senders(NetmapPort port) throws NetmapException {
    List<Integer> senders = new ArrayList<>();
    port.rxSync();
    port.rxRing(0)
        .read(
            (ByteBuffer buffer, int offset, int length, RxRing ring, int slot) ->
                senders.add(TestFrame.sender(buffer, offset)),
            Integer.MAX_VALUE);
    port.rxSync();
    return senders;
  }
}
