package org.pcapnetmap.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.pcapnetmap.netmap.Direction;

/** A savefile is read by the same rules as a port, but it has an end. */
class SavefileHandleTest {
  private static final long TIME = 1_700_000_000_123_456_789L;

  @TempDir Path dir;

  private final List<Integer> lengths = new ArrayList<>();
  private final PacketHandler notes =
      (buffer, offset, length, wireLength, timeNanos, direction) -> lengths.add(length);
  private String file;

  @BeforeEach
  void write() throws Exception {
    file = dir.resolve("five").toString();
    try (SavefileWriter writer =
        SavefileWriter.create(file, SavefileFormat.PCAP_NANO, Datalink.EN10MB, 65_536)) {
      for (int length = 60; length < 65; length++) {
        writer.onPacket(TestNetwork.frame(length), 0, length, length, TIME, Direction.IN);
      }
    }
  }

  @Test
  void dispatchGoesOnWhereTheLastOneEnded() throws Exception {
    try (SavefileHandle handle = PcapHandle.offline(file)) {
      assertEquals(2, handle.dispatch(2, notes));
      assertEquals(3, handle.dispatch(0, notes));
      assertEquals(0, handle.dispatch(0, notes));
      assertEquals(List.of(60, 61, 62, 63, 64), lengths);
    }
  }

  @Test
  void loopAndNextEndWithTheFile() throws Exception {
    try (SavefileHandle handle = PcapHandle.offline(file)) {
      PcapPacket packet = new PcapPacket();
      assertEquals(1, handle.nextEx(packet));
      assertEquals(60, packet.capturedLength());
      assertEquals(0, handle.loop(0, notes));
      assertEquals(PcapHandle.BREAK, handle.nextEx(packet));
      assertFalse(handle.next(packet));
    }
  }

  @Test
  void theFilterMayChangeMidway() throws Exception {
    try (SavefileHandle handle = PcapHandle.offline(file)) {
      handle.setFilter("len = 61");
      assertEquals(1, handle.dispatch(1, notes));
      handle.setFilter("len >= 64");
      assertEquals(1, handle.dispatch(0, notes));
      assertEquals(List.of(61, 64), lengths);
      assertEquals(3, handle.filtered());
    }
  }

  @Test
  void aBreakEndsOneRead() throws Exception {
    try (SavefileHandle handle = PcapHandle.offline(file)) {
      PacketHandler breaks =
          (buffer, offset, length, wireLength, timeNanos, direction) -> handle.breakLoop();
      assertEquals(PcapHandle.BREAK, handle.loop(0, breaks));
      assertEquals(4, handle.dispatch(0, notes));
      handle.breakLoop();
      assertEquals(PcapHandle.BREAK, handle.nextEx(new PcapPacket()));
    }
  }

  @Test
  void timesAndLengthsAreCutAsWanted() throws Exception {
    try (SavefileHandle handle = PcapHandle.offline(file)) {
      PcapPacket packet = new PcapPacket();
      assertEquals(1, handle.nextEx(packet));
      assertEquals(TIME, packet.timeNanos());
      handle.setPrecision(TimePrecision.MICRO);
      handle.cutTo(20);
      assertEquals(1, handle.nextEx(packet));
      assertEquals(TIME - 789, packet.timeNanos());
      assertEquals(20, packet.capturedLength());
      assertEquals(61, packet.wireLength());
    }
  }

  @Test
  void aClosedFileSaysSo() throws Exception {
    SavefileHandle handle = PcapHandle.offline(file);
    handle.close();
    assertThrows(IllegalStateException.class, () -> handle.dispatch(0, notes));
  }
}
