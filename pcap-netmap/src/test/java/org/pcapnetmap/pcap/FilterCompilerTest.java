package org.pcapnetmap.pcap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.pcapnetmap.netmap.BpfProgram;
import org.pcapnetmap.netmap.Direction;

/** Filters, compiled and run by the system's libpcap. */
class FilterCompilerTest {
  private static final int SNAPLEN = 65_535;

  private static PcapPacket ethernet(int type, int length) {
    PcapPacket packet = new PcapPacket();
    packet.buffer = ByteBuffer.allocateDirect(100).putShort(20 + 12, (short) type);
    packet.offset = 20;
    packet.capturedLength = length;
    packet.wireLength = length;
    packet.direction = Direction.INOUT;
    return packet;
  }

  @Test
  void compilesToTheProgramThatTcpdumpShows() throws Exception {
    assertEquals(
        BpfProgram.of(
            BpfProgram.instruction(0x28, 0, 0, 12),
            BpfProgram.instruction(0x15, 0, 1, 0x0806),
            BpfProgram.instruction(0x06, 0, 0, SNAPLEN),
            BpfProgram.instruction(0x06, 0, 0, 0)),
        FilterCompiler.compile("arp", Datalink.EN10MB, SNAPLEN));
  }

  @Test
  void anEmptyExpressionAcceptsAll() throws Exception {
    assertSame(BpfProgram.ACCEPT_ALL, FilterCompiler.compile(" ", Datalink.EN10MB, SNAPLEN));
    assertTrue(PacketFilter.of(BpfProgram.ACCEPT_ALL).accept(ethernet(0, 14)) > 0);
  }

  @Test
  void saysWhatIsWrongWithAnExpression() {
    FilterException e =
        assertThrows(
            FilterException.class,
            () -> FilterCompiler.compile("udp prot 53", Datalink.EN10MB, SNAPLEN));
    assertTrue(e.getMessage().startsWith("filter 'udp prot 53': "), e.getMessage());
    assertEquals(1, e.getMessage().lines().count());
  }

  @Test
  void compilesForOtherLinkTypes() throws Exception {
    BpfProgram raw = FilterCompiler.compile("ip", Datalink.RAW, SNAPLEN);
    assertEquals(BpfProgram.instruction(0x30, 0, 0, 0), raw.instruction(0));
  }

  @Test
  void runsOnPacketsWhereTheyLie() throws Exception {
    PacketFilter arp = PacketFilter.of(FilterCompiler.compile("arp", Datalink.EN10MB, SNAPLEN));
    assertEquals(SNAPLEN, arp.accept(ethernet(0x0806, 60)));
    assertEquals(0, arp.accept(ethernet(0x0800, 60)));
    assertEquals(0, arp.accept(ethernet(0x0806, 10)));
  }
}
