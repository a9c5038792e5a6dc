package org.pcapnetmap.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.pcapnetmap.netmap.Direction;

/** Reading pcap files that a foreign machine, a crash or an accident made. */
class PcapReaderTest {
  private static final int MICROS = 0xa1b2c3d4;
  private static final int NANOS = 0xa1b23c4d;

  static Stream<ByteOrder> orders() {
    return Stream.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN);
  }

  @ParameterizedTest
  @MethodSource("orders")
  void readsMicrosecondsOfEitherByteOrder(ByteOrder order) throws Exception {
    ByteBuffer file = Savefiles.pcapHeader(order, MICROS, 100);
    Savefiles.record(file, 1_700_000_000, 999_999, 60, (byte) 1, (byte) 2, (byte) 3);
    try (SavefileReader reader = Savefiles.open(file)) {
      assertEquals(100, reader.snaplen());
      assertEquals(Datalink.EN10MB, reader.linktype());
      assertEquals(
          List.of(
              new Savefiles.Packet(
                  1_700_000_000_999_999_000L,
                  60,
                  Direction.INOUT,
                  Datalink.EN10MB,
                  List.of((byte) 1, (byte) 2, (byte) 3))),
          Savefiles.readAll(reader));
    }
  }

  @ParameterizedTest
  @MethodSource("orders")
  void readsNanosecondsOfEitherByteOrder(ByteOrder order) throws Exception {
    ByteBuffer file = Savefiles.pcapHeader(order, NANOS, 0);
    Savefiles.record(file, -1, 123_456_789, 1, (byte) 7);
    try (SavefileReader reader = Savefiles.open(file)) {
      assertTrue(reader.isNanosecond());
      assertEquals(SavefileReader.MAX_SNAPLEN, reader.snaplen());
      // Seconds are unsigned: the format ends in 2106, not in 2038.
      assertEquals(4_294_967_295_123_456_789L, Savefiles.readAll(reader).get(0).timeNanos());
    }
  }

  @Test
  void readsAFileWithoutPackets() throws Exception {
    try (SavefileReader reader =
        Savefiles.open(Savefiles.pcapHeader(ByteOrder.LITTLE_ENDIAN, MICROS, 96))) {
      assertEquals(List.of(), Savefiles.readAll(reader));
    }
  }

  @Test
  void givesThePacketsBeforeTheCutAndThenSaysWhere() throws Exception {
    ByteBuffer file = Savefiles.pcapHeader(ByteOrder.LITTLE_ENDIAN, MICROS, 96);
    Savefiles.record(file, 1, 0, 2, (byte) 1, (byte) 2);
    int second = file.position();
    Savefiles.record(file, 2, 0, 4, (byte) 1, (byte) 2, (byte) 3, (byte) 4);
    file.position(file.position() - 1);
    PcapPacket packet = new PcapPacket();
    try (SavefileReader reader = Savefiles.open(file)) {
      assertTrue(reader.next(packet));
      SavefileException e = assertThrows(SavefileException.class, () -> reader.next(packet));
      assertEquals(second, e.offset());
      assertTrue(e.getMessage().startsWith("t: at byte " + second + ": "), e.getMessage());
      assertTrue(e.getMessage().contains("cut short"), e.getMessage());
    }
  }

  @Test
  void refusesARecordLongerThanAnyPacket() throws Exception {
    ByteBuffer file = Savefiles.pcapHeader(ByteOrder.LITTLE_ENDIAN, MICROS, 96);
    file.putInt(0).putInt(0).putInt(SavefileReader.MAX_SNAPLEN + 1).putInt(60);
    try (SavefileReader reader = Savefiles.open(file)) {
      SavefileException e =
          assertThrows(SavefileException.class, () -> reader.next(new PcapPacket()));
      assertEquals(24, e.offset());
      assertTrue(e.getMessage().contains("damaged"), e.getMessage());
    }
  }

  @ParameterizedTest
  @MethodSource("nonsense")
  void refusesWhatIsNoSavefile(ByteBuffer file) {
    SavefileException e = assertThrows(SavefileException.class, () -> Savefiles.open(file));
    assertTrue(e.getMessage().startsWith("t: at byte 0: "), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  static Stream<ByteBuffer> nonsense() {
    ByteOrder little = ByteOrder.LITTLE_ENDIAN;
    ByteBuffer oldVersion = Savefiles.pcapHeader(little, MICROS, 96).putShort(6, (short) 9);
    ByteBuffer shortHeader = Savefiles.pcapHeader(little, MICROS, 96);
    return Stream.of(
        Savefiles.bytes(little),
        Savefiles.bytes(little).put((byte) 0xd4),
        Savefiles.bytes(little).put("#!/bin/sh\nexit 0\n".getBytes(StandardCharsets.UTF_8)),
        oldVersion,
        shortHeader.position(shortHeader.position() - 1));
  }
}
