package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Sending: what goes out, and what is refused. */
interface InjectingScenarios extends Scenarios {
  private static void assertRefused(String text, Handle handle, int length) {
    byte[] frame = new byte[length];
    PcapFailure failure = assertThrows(PcapFailure.class, () -> handle.inject(frame));
    assertTrue(failure.getMessage().contains(text), failure::getMessage);
    assertEquals(PcapFailure.ERROR, failure.status());
  }

  @Test
  default void injectedFrameComesOut() throws IOException {
    byte[] frame = TestFrames.numbered(1, 100);
    assertEquals(100, open(Options.NONBLOCKING).inject(frame));
    assertArrayEquals(frame, receive());
  }

  @Test
  default void injectedFramesComeInOrder() throws IOException {
    Handle handle = open(Options.BLOCKING);
    for (int i = 0; i < 1000; i++) {
      byte[] frame = TestFrames.numbered(i, 60 + i);
      assertEquals(frame.length, handle.inject(frame));
      assertArrayEquals(frame, receive());
    }
  }

  @Test
  default void longestFrameComesOut() throws IOException {
    byte[] frame = TestFrames.numbered(1, network().longestFrame());
    assertEquals(frame.length, open(Options.NONBLOCKING).inject(frame));
    assertArrayEquals(frame, receive());
  }

  @Test
  default void shortFrameIsRefused() throws IOException {
    assertRefused("send: Invalid argument", open(Options.NONBLOCKING), 10);
  }

  @Test
  default void longFrameIsRefused() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    assertRefused("send: Message too long", handle, network().longestFrame() + 1);
    if (differs(Difference.LONG_FRAMES)) {
      assertEquals(65_535, network().longestFrame());
    } else {
      assertEquals(1514, network().longestFrame());
    }
  }

  @Test
  default void refusedFramesDoNotGoOut() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    injectAfterRefusals(handle);
    assertArrayEquals(TestFrames.numbered(LAST), receive());
  }

  @Test
  default void refusedFramesAreSeenByNobody() throws IOException {
    Handle beside = open(Options.NONBLOCKING);
    injectAfterRefusals(open(Options.NONBLOCKING));
    assertEquals(List.of(), readToLast(beside));
    assertEquals(1, beside.statistics().received());
  }

  private void injectAfterRefusals(Handle handle) throws IOException {
    assertRefused("send: Invalid argument", handle, 10);
    assertRefused("send: Message too long", handle, network().longestFrame() + 1);
    handle.inject(TestFrames.numbered(LAST));
  }
}
