package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

final class NetmapPortTest {
  private final String name = TestSwitch.next() + ":a";

  /** As many as stock libpcap has room for, small ones; more by the C test of the same. */
  @Test
  void roomInBytesIsSlots() throws NetmapException {
    PortOptions options = PortOptions.capture().withRxRoom(1 << 19);
    try (NetmapPort port = NetmapPort.open(name, options)) {
      assertEquals(3449, port.rxRing(0).numSlots());
    }
    try (NetmapPort port = NetmapPort.open(name, options.withRxSlots(300))) {
      assertEquals(300, port.rxRing(0).numSlots());
    }
  }

  @Test
  void aPortHasTheRingsThatWereAskedFor() throws Exception {
    PortOptions options =
        PortOptions.raw().withTxSlots(100).withRxSlots(48).withBufferSize(192).withRings(2, 3);
    try (NetmapPort port = NetmapPort.open(name, options)) {
      assertEquals(name, port.name());
      assertEquals(2, port.txRings());
      assertEquals(3, port.rxRings());
      for (int i = 0; i < 2; i++) {
        assertRing(100, 99, port.txRing(i));
      }
      for (int i = 0; i < 3; i++) {
        assertRing(48, 0, port.rxRing(i));
      }
      assertSame(port.rxRing(2), port.rxRing(2));
      assertThrows(IndexOutOfBoundsException.class, () -> port.txRing(2));
    }
  }

  @Test
  void aSuffixAsksForSomeOfTheRings() throws Exception {
    PortOptions options = PortOptions.raw().withRings(2, 3).withArrivals(true);
    try (NetmapPort port = NetmapPort.open(name, options);
        NetmapPort one = NetmapPort.open(name + "-1");
        NetmapPort receives = NetmapPort.open(name + "/R");
        NetmapPort sends = NetmapPort.open(name + "/T");
        NetmapPort other =
            NetmapPort.open(name.replace(":a", ":b"), PortOptions.raw().withRings(2, 2))) {
      assertEquals(1, one.txRings());
      assertEquals(1, one.rxRings());
      assertEquals(0, receives.txRings());
      assertEquals(3, receives.rxRings());
      assertEquals(2, sends.txRings());
      assertEquals(0, sends.rxRings());
      assertTrue(other.txRing(1).offer(new TestFrame(60, 1).number(1), 0, 60));
      other.txSync();
      assertEquals(1, one.rxSync());
      assertEquals(60, one.rxRing(0).length(one.rxRing(0).head()));
      assertEquals(0, sends.rxSync());
      assertEquals(0, receives.txSync());
      assertEquals(1, port.rxSync());
    }
  }

  @Test
  void aRingThatDoesNotExist() {
    NetmapException e = assertThrows(NetmapException.class, () -> NetmapPort.open(name + "-1"));
    assertTrue(e.getMessage().contains("ring 1 does not exist"), e.getMessage());
  }

  private static void assertRing(int slots, int available, NetmapRing ring) {
    assertEquals(slots, ring.numSlots());
    assertEquals(192, ring.bufferSize());
    assertEquals(available, ring.available());
    int[] buffers = new int[slots];
    Arrays.setAll(buffers, ring::bufferIndex);
    assertEquals(slots, Arrays.stream(buffers).distinct().count());
  }

  @Test
  void anOpeningIsListedWithWhatItIs() throws Exception {
    long before = System.currentTimeMillis() * 1_000_000;
    try (NetmapPort port = NetmapPort.open(name, PortOptions.capture().withRxSlots(64))) {
      port.setFilter(BpfProgram.of(BpfProgram.instruction(0x06, 0, 0, 0)));
      OpeningInfo info = only(listed());
      assertEquals(name, info.switchName() + ":" + info.portName());
      assertEquals(PortMode.CAPTURE, info.mode());
      assertEquals(ProcessHandle.current().pid(), info.pid());
      assertEquals(64, info.rxSlots());
      assertEquals(port.rxRing(0).bufferSize(), info.bufferSize());
      assertEquals(1, info.filterLength());
      assertTrue(info.openedNanos() >= before, "opened at " + info.openedNanos());
      assertFalse(info.program().isEmpty());
      assertEquals(port.statistics(), info.statistics());
    }
    assertEquals(List.of(), listed());
  }

  private List<OpeningInfo> listed() throws NetmapException {
    return NetmapDevice.list().stream().filter(info -> info.name().equals(name)).toList();
  }

  private static OpeningInfo only(List<OpeningInfo> openings) {
    assertEquals(1, openings.size(), openings::toString);
    return openings.get(0);
  }

  @Test
  void peersAreTheOtherOpeningsOfTheSwitch() throws Exception {
    try (NetmapPort port = NetmapPort.open(name)) {
      assertEquals(0, port.peers());
      try (NetmapPort other = NetmapPort.open(name.replace(":a", ":b"))) {
        assertEquals(1, port.peers());
        assertEquals(1, other.peers());
      }
      assertEquals(0, port.peers());
    }
  }

  @Test
  void rawOpeningsOfOnePortShareItsRings() throws Exception {
    try (NetmapPort one = NetmapPort.open(name);
        NetmapPort two = NetmapPort.open(name)) {
      one.txRing(0).setFlags(7, SlotFlags.REPORT);
      assertEquals(SlotFlags.REPORT, two.txRing(0).flags(7));
    }
  }

  @Test
  void aHeadOutsideOfTheProgramsSlotsIsAnErrorOnce() throws Exception {
    try (NetmapPort port = NetmapPort.open(name)) {
      port.rxRing(0).advanceTo(5);
      port.txRing(0).setHead(port.txRing(0).numSlots());
      for (Executable sync : List.<Executable>of(port::rxSync, port::txSync)) {
        NetmapException e = assertThrows(NetmapException.class, sync);
        assertEquals(22, e.errno());
        assertTrue(e.getMessage().startsWith(name + ": cannot "), e.getMessage());
      }
      assertEquals(0, port.rxSync());
      assertEquals(0, port.rxRing(0).head());
      assertEquals(port.txRing(0).numSlots() - 1, port.txSync());
    }
  }

  @Test
  void aNegativeSnapLengthIsRefused() throws Exception {
    try (NetmapPort port = NetmapPort.open(name)) {
      assertThrows(IllegalArgumentException.class, () -> port.setSnapLength(-1));
    }
  }

  @Test
  void aClosedPortRefusesEveryCall() throws Exception {
    NetmapPort port = NetmapPort.open(name);
    port.close();
    port.close();
    port.interrupt();
    List<Executable> calls =
        List.of(
            port::txSync,
            port::rxSync,
            () -> port.await(NetmapPort.POLLIN, 0),
            () -> port.setFilter(BpfProgram.ACCEPT_ALL),
            () -> port.setSnapLength(1),
            () -> port.setDirection(Direction.IN),
            port::statistics,
            port::peers);
    for (Executable call : calls) {
      Exception e = assertThrows(IllegalStateException.class, call);
      assertEquals(name + " is closed; open it again", e.getMessage());
    }
  }

  @Test
  void ringsOfAClosedPortAreHarmless() throws Exception {
    NetmapPort port = NetmapPort.open(name);
    RxRing rx = port.rxRing(0);
    TxRing tx = port.txRing(0);
    port.close();
    try (NetmapPort next = NetmapPort.open(name)) {
      for (int slot = 0; slot < rx.numSlots(); slot++) {
        rx.bufferOffset(slot);
        rx.arrivalTimeNanos(slot);
      }
      tx.offer(new byte[TestFrame.MIN_SIZE], 0, TestFrame.MIN_SIZE);
      next.rxSync();
    }
  }
}
