package org.pcapnetmap.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.pcapnetmap.netmap.Direction;

/** Reading pcapng files: sections, interfaces, resolutions, and damage. */
class PcapngReaderTest {
  private static final ByteOrder LITTLE = ByteOrder.LITTLE_ENDIAN;
  private static final int ENHANCED = 6;
  private static final int SIMPLE = 3;

  private static ByteBuffer enhanced(ByteBuffer file, int source, long time, byte... data) {
    ByteBuffer body = Savefiles.bytes(file.order()).putInt(source);
    body.putInt((int) (time >>> 32)).putInt((int) time).putInt(data.length).putInt(60);
    body.put(data).position(body.position() + (-data.length & 3));
    return Savefiles.block(file, ENHANCED, body);
  }

  private static byte[] resolution(ByteOrder order, int code) {
    ByteBuffer option = ByteBuffer.allocate(12).order(order).putShort((short) 9);
    return option.putShort((short) 1).put((byte) code).array();
  }

  private static ByteBuffer start(ByteOrder order, int resolution) {
    ByteBuffer file = Savefiles.sectionHeader(Savefiles.bytes(order));
    return Savefiles.interfaceDescription(file, Datalink.EN10MB, 0, resolution(order, resolution));
  }

  private static Savefiles.Packet only(ByteBuffer file) throws Exception {
    try (SavefileReader reader = Savefiles.open(file)) {
      List<Savefiles.Packet> packets = Savefiles.readAll(reader);
      assertEquals(1, packets.size());
      return packets.get(0);
    }
  }

  static Stream<ByteOrder> orders() {
    return Stream.of(LITTLE, ByteOrder.BIG_ENDIAN);
  }

  @ParameterizedTest
  @MethodSource("orders")
  void readsEnhancedPacketsOfEitherByteOrder(ByteOrder order) throws Exception {
    ByteBuffer file = enhanced(start(order, 9), 0, 1_700_000_000_123_456_789L, (byte) 5);
    Savefiles.Packet packet = only(file);
    assertEquals(1_700_000_000_123_456_789L, packet.timeNanos());
    assertEquals(60, packet.wireLength());
    assertEquals(List.of((byte) 5), packet.data());
    assertEquals(Direction.INOUT, packet.direction());
  }

  @ParameterizedTest(name = "if_tsresol {0}")
  @CsvSource({
    "0, 17, 17000000000",
    "3, 1500, 1500000000",
    "6, 1500000, 1500000000",
    "9, 1500000001, 1500000001",
    "12, 1500000000999, 1500000000",
    "138, 1536, 1500000000", // 2^-10
    "160, 6442450944, 1500000000", // 2^-32
  })
  void understandsEveryResolution(int code, long units, long nanos) throws Exception {
    assertEquals(nanos, only(enhanced(start(LITTLE, code), 0, units)).timeNanos());
  }

  @Test
  void refusesAResolutionThatNoLongHolds() {
    assertThrows(SavefileException.class, () -> Savefiles.open(start(LITTLE, 99)));
  }

  @Test
  void addsTheTimeOffset() throws Exception {
    byte[] offset =
        ByteBuffer.allocate(12)
            .order(LITTLE)
            .putShort((short) 14)
            .putShort((short) 8)
            .putLong(10)
            .array();
    ByteBuffer file = Savefiles.sectionHeader(Savefiles.bytes(LITTLE));
    Savefiles.interfaceDescription(file, Datalink.EN10MB, 0, offset);
    assertEquals(10_000_001_000L, only(enhanced(file, 0, 1)).timeNanos());
  }

  @Test
  void cutsSimplePacketsAtTheSnapLength() throws Exception {
    ByteBuffer file = Savefiles.sectionHeader(Savefiles.bytes(LITTLE));
    Savefiles.interfaceDescription(file, Datalink.EN10MB, 2);
    ByteBuffer body = Savefiles.bytes(LITTLE).putInt(60).put(new byte[] {1, 2, 0, 0});
    Savefiles.Packet packet = only(Savefiles.block(file, SIMPLE, body));
    assertEquals(60, packet.wireLength());
    assertEquals(List.of((byte) 1, (byte) 2), packet.data());
  }

  @Test
  void passesOverBlocksItDoesNotKnow() throws Exception {
    ByteBuffer file = start(LITTLE, 9);
    Savefiles.block(file, 0x0bad, Savefiles.bytes(LITTLE).putLong(-1));
    assertEquals(List.of((byte) 1), only(enhanced(file, 0, 1, (byte) 1)).data());
  }

  @Test
  void startsAnewWithEachSectionEvenInTheOtherByteOrder() throws Exception {
    ByteBuffer file = enhanced(start(LITTLE, 9), 0, 1, (byte) 1);
    file.order(ByteOrder.BIG_ENDIAN);
    Savefiles.sectionHeader(file);
    Savefiles.interfaceDescription(file, Datalink.RAW, 0, resolution(file.order(), 9));
    enhanced(file, 0, 2, (byte) 2);
    try (SavefileReader reader = Savefiles.open(file)) {
      List<Savefiles.Packet> packets = Savefiles.readAll(reader);
      assertEquals(2, packets.size());
      assertEquals(2, packets.get(1).timeNanos());
      assertEquals(Datalink.RAW, packets.get(1).linktype());
    }
  }

  @Test
  void saysWhereAPacketNamesNoInterface() throws Exception {
    ByteBuffer file = start(LITTLE, 9);
    int packet = file.position();
    damaged(enhanced(file, 7, 1), packet, "interface 7");
  }

  @Test
  void saysWhereABlockLengthIsNonsense() throws Exception {
    ByteBuffer file = start(LITTLE, 9);
    int block = file.position();
    damaged(file.putInt(ENHANCED).putInt(13).putLong(0), block, "claims 13 bytes");
  }

  @Test
  void saysWhereTheTwoLengthsDiffer() throws Exception {
    ByteBuffer file = start(LITTLE, 9);
    int block = file.position();
    enhanced(file, 0, 1);
    damaged(file.putInt(file.position() - 4, 8), block, "two lengths");
  }

  @Test
  void saysWhereAPacketIsLongerThanItsBlock() throws Exception {
    ByteBuffer file = start(LITTLE, 9);
    int block = file.position();
    enhanced(file, 0, 1, (byte) 1);
    damaged(file.putInt(block + 20, 100), block, "claims 100 bytes");
  }

  @Test
  void saysWhereTheFileIsCut() throws Exception {
    ByteBuffer file = start(LITTLE, 9);
    int block = file.position();
    enhanced(file, 0, 1, (byte) 1);
    damaged(file.position(file.position() - 2), block, "cut short");
  }

  private static void damaged(ByteBuffer file, int offset, String reason) throws Exception {
    try (SavefileReader reader = Savefiles.open(file)) {
      SavefileException e =
          assertThrows(SavefileException.class, () -> reader.next(new PcapPacket()));
      assertEquals(offset, e.offset());
      assertTrue(e.getMessage().contains(reason), e.getMessage());
    }
  }
}
