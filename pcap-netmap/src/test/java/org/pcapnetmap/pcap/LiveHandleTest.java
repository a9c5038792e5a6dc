package org.pcapnetmap.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcapnetmap.netmap.BpfProgram;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NoSuchPortException;

/** What a reader and a sender of a port may expect, rule by rule, as stock libpcap keeps them. */
@Timeout(60)
class LiveHandleTest {
  private final String network = TestNetwork.next();
  private final List<Integer> lengths = new ArrayList<>();
  private final PacketHandler notes =
      (buffer, offset, length, wireLength, timeNanos, direction) -> lengths.add(length);

  private LiveHandle sender;

  @BeforeEach
  void openSender() throws Exception {
    sender = PcapHandle.live(network + ":sender").open();
  }

  @AfterEach
  void closeSender() throws Exception {
    sender.close();
  }

  private LiveBuilder reader() {
    return PcapHandle.live(network + ":reader");
  }

  private void send(int... frameLengths) throws IOException {
    for (int length : frameLengths) {
      sender.inject(TestNetwork.frame(length), 0, length);
    }
  }

  @Test
  void aPortOpenedForOneDirection() throws Exception {
    ByteBuffer frame = TestNetwork.frame(60);
    try (LiveHandle receives = PcapHandle.live(network + ":reader/R").open();
        LiveHandle sends = PcapHandle.live(network + ":other/T").open()) {
      assertThrows(PcapException.class, () -> receives.inject(frame, 0, 60));
      assertThrows(PcapException.class, receives::sendQueue);
      assertEquals(60, sends.inject(frame, 0, 60));
      assertEquals(1, receives.dispatch(0, notes));
      send(60);
      assertEquals(0, sends.dispatch(0, notes, 1_000_000));
      assertEquals(1, receives.dispatch(0, notes));
    }
  }

  @Test
  void dispatchReadsWhatIsThere() throws Exception {
    try (LiveHandle handle = reader().open()) {
      send(60, 61, 62);
      assertEquals(3, handle.dispatch(0, notes));
      assertEquals(List.of(60, 61, 62), lengths);
    }
  }

  @Test
  void dispatchStopsAtTheCount() throws Exception {
    try (LiveHandle handle = reader().open()) {
      send(60, 61, 62);
      assertEquals(2, handle.dispatch(2, notes));
      assertEquals(1, handle.dispatch(2, notes));
      assertEquals(List.of(60, 61, 62), lengths);
    }
  }

  @Test
  void aPacketIsHandedOutWithAllThatIsKnownOfIt() throws Exception {
    try (LiveHandle handle = reader().snaplen(20).open()) {
      long before = System.currentTimeMillis();
      send(70);
      handle.dispatch(
          1,
          (buffer, offset, length, wireLength, timeNanos, direction) -> {
            assertEquals(20, length);
            assertEquals(70, wireLength);
            assertEquals(Direction.IN, direction);
            assertEquals((byte) 0x88, buffer.get(offset + 12));
            assertEquals((byte) 0xb5, buffer.get(offset + 13));
            long millis = TimeUnit.NANOSECONDS.toMillis(timeNanos);
            assertTrue(before <= millis && millis <= System.currentTimeMillis(), "time");
            lengths.add(length);
          });
      assertEquals(List.of(20), lengths);
    }
  }

  @Test
  void nothingThereIsZeroWhenNonBlocking() throws Exception {
    try (LiveHandle handle = reader().nonBlocking(true).open()) {
      PcapPacket packet = new PcapPacket();
      assertEquals(0, handle.dispatch(0, notes));
      assertEquals(0, handle.nextEx(packet));
      assertFalse(handle.next(packet));
      send(60);
      assertEquals(1, handle.nextEx(packet));
      assertEquals(60, packet.capturedLength());
      handle.setNonBlocking(false);
      assertFalse(handle.isNonBlocking());
      send(61);
      assertEquals(1, handle.dispatch(0, notes));
    }
  }

  @Test
  void aNegativeTimeoutIsNonBlocking() throws Exception {
    try (LiveHandle handle = reader().timeout(-1).open()) {
      assertEquals(0, handle.dispatch(0, notes));
    }
  }

  @Test
  void aTimedReadEndsWithoutPackets() throws Exception {
    try (LiveHandle handle = reader().open()) {
      long start = System.nanoTime();
      long timeout = TimeUnit.MILLISECONDS.toNanos(5);
      assertEquals(0, handle.dispatch(0, notes, timeout));
      assertTrue(System.nanoTime() - start >= timeout, "it waited");
      assertEquals(0, handle.nextEx(new PcapPacket(), 1000));
    }
  }

  @Test
  void theLatestPacketStaysUntilTheNextRead() throws Exception {
    try (LiveHandle handle = reader().slots(16).nonBlocking(true).open()) {
      PcapPacket packet = new PcapPacket();
      send(100);
      assertEquals(1, handle.nextEx(packet));
      // More than the ring holds: whoever needs room cannot have this packet's.
      for (int i = 0; i < 40; i++) {
        send(60);
      }
      assertEquals(100, packet.capturedLength());
      assertEquals(100, packet.buffer().get(packet.offset() + 99));
      int more = 0;
      while (handle.nextEx(packet) > 0) {
        more++;
        assertEquals(60, packet.buffer().get(packet.offset() + 59));
      }
      assertEquals(14, more);
      assertEquals(26, handle.statistics().dropped());
      assertEquals(41, handle.statistics().received());
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {2113, 9000, 65535})
  void aFrameOfSeveralSlotsIsOneContiguousPacket(int size) throws Exception {
    try (LiveHandle handle = reader().nonBlocking(true).open()) {
      send(60, size, 61);
      int read =
          handle.dispatch(
              0,
              (buffer, offset, length, wireLength, timeNanos, direction) -> {
                lengths.add(length);
                assertEquals(length, wireLength);
                for (int i = 14; i < length; i++) {
                  assertEquals((byte) (i + 1), buffer.get(offset + i));
                }
              });
      assertEquals(3, read);
      assertEquals(List.of(60, size, 61), lengths);
    }
  }

  @Test
  void aHandlerThatThrowsHasHadThePacket() throws Exception {
    try (LiveHandle handle = reader().nonBlocking(true).open()) {
      send(60, 61, 62);
      PacketHandler refuses61 =
          (buffer, offset, length, wireLength, timeNanos, direction) -> {
            lengths.add(length);
            if (length == 61) {
              throw new IOException("refused");
            }
          };
      assertThrows(IOException.class, () -> handle.dispatch(0, refuses61));
      assertEquals(1, handle.dispatch(0, refuses61));
      assertEquals(List.of(60, 61, 62), lengths);
    }
  }

  @Test
  void aNewFilterDropsWhatIsUnread() throws Exception {
    try (LiveHandle handle = reader().nonBlocking(true).open()) {
      send(60, 61);
      handle.setFilter("len >= 100");
      send(60, 100, 61, 101);
      assertEquals(2, handle.dispatch(0, notes));
      handle.setFilter("");
      send(62);
      assertEquals(1, handle.dispatch(0, notes));
      assertEquals(List.of(100, 101, 62), lengths);
    }
  }

  @Test
  void aHandlerMaySetTheFilter() throws Exception {
    try (LiveHandle handle = reader().nonBlocking(true).open()) {
      send(60, 61);
      PacketHandler changes =
          (buffer, offset, length, wireLength, timeNanos, direction) -> {
            lengths.add(length);
            handle.setFilter(BpfProgram.of(BpfProgram.instruction(0x06, 0, 0, 40)));
          };
      // The unread pass it, too; how many bytes it wants kept it says of those to come.
      assertEquals(2, handle.dispatch(0, changes));
      send(70);
      assertEquals(1, handle.dispatch(0, notes));
      assertEquals(List.of(60, 61, 40), lengths);
    }
  }

  /** Of so many instructions that it is run here. */
  private static BpfProgram longProgram(long... end) {
    long[] instructions = new long[5000 + end.length];
    Arrays.fill(instructions, BpfProgram.instruction(0x04, 0, 0, 1)); // add #1
    System.arraycopy(end, 0, instructions, 5000, end.length);
    return BpfProgram.of(instructions);
  }

  @Test
  void aLongProgramLooksAtWholeFrames() throws Exception {
    try (LiveHandle handle = reader().nonBlocking(true).open()) {
      handle.setFilter(
          longProgram(
              BpfProgram.instruction(0x80, 0, 0, 0), // ld #len
              BpfProgram.instruction(0x35, 0, 1, 4000), // jge #4000
              BpfProgram.instruction(0x06, 0, 0, -1),
              BpfProgram.instruction(0x06, 0, 0, 0)));
      send(60, 5000, 61, 62, 5001);
      assertEquals(1, handle.dispatch(1, notes));
      handle.setDirection(Direction.IN);
      assertEquals(1, handle.dispatch(0, notes));
      assertEquals(List.of(5000, 5001), lengths);
      assertEquals(5, handle.statistics().received());
    }
  }

  @Test
  void aLongProgramThatIsNoneIsRefused() throws Exception {
    try (LiveHandle handle = reader().open()) {
      BpfProgram endless = longProgram();
      NetmapException e = assertThrows(NetmapException.class, () -> handle.setFilter(endless));
      assertTrue(e.getMessage().contains("no valid BPF program"), e.getMessage());
    }
  }

  @Test
  void aProgramThatIsNoneIsRefused() throws Exception {
    try (LiveHandle handle = reader().open()) {
      BpfProgram jumpsOut = BpfProgram.of(BpfProgram.instruction(0x15, 9, 9, 0));
      NetmapException e = assertThrows(NetmapException.class, () -> handle.setFilter(jumpsOut));
      assertTrue(e.getMessage().contains("no valid BPF program"), e.getMessage());
      assertThrows(FilterException.class, () -> handle.setFilter("udp prot 53"));
    }
  }

  @Test
  void anotherOpeningOfThePortSeesWhatIsSentAndCanHideIt() throws Exception {
    try (LiveHandle both = PcapHandle.live(network + ":sender").nonBlocking(true).open();
        LiveHandle in =
            PcapHandle.live(network + ":sender").direction(Direction.IN).nonBlocking(true).open()) {
      send(60);
      PcapPacket packet = new PcapPacket();
      assertEquals(1, both.nextEx(packet));
      assertEquals(Direction.OUT, packet.direction());
      assertEquals(0, in.nextEx(packet));
      in.setDirection(Direction.OUT);
      send(61);
      assertEquals(1, in.nextEx(packet));
      sender.setNonBlocking(true);
      assertEquals(0, sender.nextEx(packet));
    }
  }

  @Test
  void timesAreAsFineAsWanted() throws Exception {
    try (LiveHandle nano = reader().nonBlocking(true).open();
        LiveHandle micro = reader().precision(TimePrecision.MICRO).nonBlocking(true).open()) {
      PcapPacket fine = new PcapPacket();
      PcapPacket coarse = new PcapPacket();
      boolean nanos = false;
      for (int i = 0; i < 100; i++) {
        send(60);
        assertEquals(1, nano.nextEx(fine));
        assertEquals(1, micro.nextEx(coarse));
        assertEquals(fine.timeNanos() / 1000 * 1000, coarse.timeNanos());
        nanos |= fine.timeNanos() % 1000 != 0;
      }
      assertTrue(nanos, "a hundred times without nanoseconds");
    }
  }

  @Test
  void injectTakesWhatStockTakes() throws Exception {
    byte[] bytes = new byte[70_000];
    assertEquals(14, sender.inject(bytes, 0, 14));
    assertEquals(65_535, sender.inject(bytes, 100, 65_535));
    PcapException none = assertThrows(PcapException.class, () -> sender.inject(bytes, 0, 0));
    assertTrue(none.getMessage().contains("send: Invalid argument"), none.getMessage());
    PcapException small = assertThrows(PcapException.class, () -> sender.inject(bytes, 0, 10));
    assertTrue(small.getMessage().contains("send: Invalid argument"), small.getMessage());
    PcapException large = assertThrows(PcapException.class, () -> sender.inject(bytes, 0, 65_536));
    assertTrue(large.getMessage().contains("send: Message too long"), large.getMessage());
    assertEquals(65_535 + 14, sender.portStatistics().sentBytes());
  }

  @Test
  void aQueueIsSentTogether() throws Exception {
    try (LiveHandle handle = reader().nonBlocking(true).open()) {
      SendQueue queue = sender.sendQueue();
      assertTrue(queue.offer(TestNetwork.frame(60), 0, 60));
      ByteBuffer large = TestNetwork.frame(5000);
      assertTrue(queue.offer(large, 0, 5000));
      int at = queue.claim();
      FrameCopy.copy(TestNetwork.frame(61), 0, queue.buffer(), at, 61);
      queue.commit(61);
      assertEquals(0, handle.dispatch(0, notes));
      queue.flush();
      assertEquals(3, handle.dispatch(0, notes));
      assertEquals(List.of(60, 5000, 61), lengths);
      assertEquals(queue.slots() - 1, queue.room());
    }
  }

  @Test
  void aFullQueueTakesNoMore() throws Exception {
    SendQueue queue = sender.sendQueue();
    ByteBuffer frame = TestNetwork.frame(60);
    int taken = 0;
    while (queue.offer(frame, 0, 60)) {
      taken++;
    }
    assertEquals(queue.slots() - 1, taken);
    assertFalse(queue.offer(TestNetwork.frame(5000), 0, 5000));
    assertTrue(queue.awaitRoom(1_000_000_000));
    assertEquals(taken, sender.portStatistics().sent());
  }

  @Test
  void linkTypesAreThoseOfEthernet() throws Exception {
    assertEquals(Datalink.EN10MB, sender.linktype());
    sender.setLinktype(Datalink.DOCSIS);
    assertEquals(Datalink.DOCSIS, sender.linktype());
    assertThrows(PcapException.class, () -> sender.setLinktype(Datalink.RAW));
  }

  @Test
  void portsInUseCanBeLookedUp() throws Exception {
    List<PcapPort> ours =
        PcapPort.inUse().stream().filter(p -> p.name().startsWith(network + ":")).toList();
    assertEquals(List.of(network + ":sender"), ours.stream().map(PcapPort::name).toList());
    assertTrue(ours.get(0).description().contains("used by "), ours.get(0).description());
  }

  @Test
  void openingNamesWhatIsWrong() {
    assertThrows(NetmapException.class, () -> PcapHandle.live("vale0:").open());
    assertThrows(NoSuchPortException.class, () -> PcapHandle.live("netmap:nowhere").open());
  }

  @Test
  void aClosedHandleSaysSo() throws Exception {
    LiveHandle handle = reader().open();
    handle.close();
    handle.close();
    assertThrows(IllegalStateException.class, () -> handle.dispatch(0, notes));
    assertThrows(IllegalStateException.class, () -> handle.nextEx(new PcapPacket()));
    assertThrows(IllegalStateException.class, () -> handle.inject(new byte[60], 0, 60));
    assertThrows(IllegalStateException.class, () -> handle.setFilter(BpfProgram.ACCEPT_ALL));
    handle.breakLoop();
  }
}
