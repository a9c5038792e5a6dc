package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Pointer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** pcap_sendpacket, and the exact words of refusals. */
interface CInjectScenarios extends CScenarios {
  @Test
  default void sendpacketSends() throws IOException {
    byte[] frame = TestFrames.numbered(1);
    assertEquals(0, library().pcap_sendpacket(opened(), frame, frame.length));
    assertArrayEquals(frame, receive());
  }

  @Test
  default void refusalsHaveTheKernelsWords() throws IOException {
    Pointer p = opened();
    byte[] frame = new byte[network().longestFrame() + 1];
    assertError(p, -1, "send: Invalid argument", library().pcap_inject(p, frame, 10));
    assertError(p, -1, "send: Invalid argument", library().pcap_sendpacket(p, frame, 10));
    assertError(p, -1, "send: Message too long", library().pcap_inject(p, frame, frame.length));
    assertError(p, -1, "send: Message too long", library().pcap_sendpacket(p, frame, frame.length));
  }

  @Test
  default void nothingIsNoFrame() throws IOException {
    Pointer p = opened();
    assertEquals(-1, library().pcap_inject(p, new byte[1], 0));
    assertSays(p, "The number of bytes to be injected must not be zero: ");
    assertEquals(-1, library().pcap_sendpacket(p, new byte[1], 0));
    assertSays(p, "The number of bytes to be sent must be positive: ");
    assertEquals(-1, library().pcap_sendpacket(p, new byte[1], -1));
    byte[] frame = TestFrames.numbered(1);
    assertEquals(0, library().pcap_sendpacket(p, frame, frame.length));
    assertArrayEquals(frame, receive());
  }

  /** What follows is whatever error there was last. */
  private void assertSays(Pointer p, String text) {
    String error = library().pcap_geterr(p);
    assertTrue(error.startsWith(text), error);
  }
}
