package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What only a C program sees of its reads. */
interface CReadScenarios extends CScenarios {
  @Test
  default void nextExFillsTheSamePlaces() throws IOException {
    Pointer p = ((CHandle) open(Options.BLOCKING)).pointer();
    PointerByReference header = new PointerByReference();
    PointerByReference bytes = new PointerByReference();
    feed(1, 2);
    assertEquals(1, library().pcap_next_ex(p, header, bytes));
    Pointer firstHeader = header.getValue();
    Pointer firstBytes = bytes.getValue();
    assertEquals(1, library().pcap_next_ex(p, header, bytes));
    assertEquals(firstHeader, header.getValue());
    assertEquals(firstBytes, bytes.getValue());
  }

  @Test
  default void nextExsPacketStaysUntilTheNextRead() throws IOException {
    Pointer p = ((CHandle) open(Options.BLOCKING)).pointer();
    PointerByReference header = new PointerByReference();
    PointerByReference bytes = new PointerByReference();
    feed(1);
    assertEquals(1, library().pcap_next_ex(p, header, bytes));
    byte[] before = header.getValue().getByteArray(0, StateScenarios.HEADER_SIZE);
    for (int i = 0; i < 10_000; i++) {
      feed(2);
    }
    assertArrayEquals(TestFrames.numbered(1), bytes.getValue().getByteArray(0, 60));
    assertArrayEquals(before, header.getValue().getByteArray(0, StateScenarios.HEADER_SIZE));
  }

  /** The header's place is told all the same. */
  @Test
  default void nextExWithoutPacketLeavesThePlaceOfItsBytes() throws IOException {
    PointerByReference header = new PointerByReference();
    PointerByReference bytes = new PointerByReference(Pointer.createConstant(1));
    assertEquals(0, library().pcap_next_ex(opened(), header, bytes));
    assertEquals(Pointer.createConstant(1), bytes.getValue());
    assertNotNull(header.getValue());
  }

  /** Only frames of one Ethernet type. */
  @Test
  default void protocolIsAFilter() throws IOException {
    Pointer p = created();
    library().pcap_set_immediate_mode(p, 1);
    library().pcap_set_protocol_linux(p, TestFrames.TYPE);
    library().pcap_setnonblock(p, 1, new byte[LibPcap.ERRBUF_SIZE]);
    assertEquals(0, activate(p));
    network()
        .send(
            java.util.List.of(
                TestFrames.typed(0x88b5, 1, 60),
                TestFrames.numbered(2),
                TestFrames.numbered(LAST)));
    assertEquals(java.util.List.of(2), Scenarios.numbers(readToLast(new CHandle(library(), p))));
  }
}
