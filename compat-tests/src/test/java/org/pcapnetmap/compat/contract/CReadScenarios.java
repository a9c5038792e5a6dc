package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What only a C program sees of its reads. */
interface CReadScenarios extends CScenarios {
  @Test
  default void nextExFillsTheSameHeader() throws IOException {
    Pointer p = ((CHandle) open(Options.BLOCKING)).pointer();
    PointerByReference first = new PointerByReference();
    PointerByReference second = new PointerByReference();
    PointerByReference bytes = new PointerByReference();
    feed(1, 2);
    assertEquals(1, library().pcap_next_ex(p, first, bytes));
    assertEquals(1, library().pcap_next_ex(p, second, bytes));
    assertEquals(first.getValue(), second.getValue());
  }

  @Test
  default void nextExsPacketStaysUntilTheNextRead() throws IOException {
    Pointer p = ((CHandle) open(Options.BLOCKING)).pointer();
    PointerByReference header = new PointerByReference();
    PointerByReference bytes = new PointerByReference();
    feed(1);
    assertEquals(1, library().pcap_next_ex(p, header, bytes));
    for (int i = 0; i < 10_000; i++) {
      feed(2);
    }
    assertEquals(1, bytes.getValue().getByte(TestFrames.NUMBER_AT));
  }

  /** A negative timeout is another way to say nonblocking. */
  @Test
  default void negativeTimeoutIsTaken() throws IOException {
    Pointer p = created();
    library().pcap_set_timeout(p, -1);
    library().pcap_set_immediate_mode(p, 1);
    assertEquals(0, activate(p));
    feed(1);
    Scenarios.await(() -> library().pcap_dispatch(p, 1, StateScenarios.IGNORE, null) == 1);
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
