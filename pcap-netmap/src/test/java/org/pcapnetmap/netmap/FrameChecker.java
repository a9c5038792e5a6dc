package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/** Counts the frames of each sender that arrive damaged or not after the one before. */
final class FrameChecker implements FrameHandler {
  private final Map<Integer, Long> lastOf = new HashMap<>();
  private long frames;
  private long damaged;
  private long disordered;

  @Override
  public void onFrame(ByteBuffer buffer, int offset, int length, RxRing ring, int slot) {
    frames++;
    damaged += TestFrame.isIntact(buffer, offset, length) ? 0 : 1;
    long number = TestFrame.sequence(buffer, offset);
    Long last = lastOf.put(TestFrame.sender(buffer, offset), number);
    disordered += last == null || number > last ? 0 : 1;
  }

  long frames() {
    return frames;
  }

  void assertGood() {
    assertEquals(0, damaged, "damaged");
    assertEquals(0, disordered, "out of order");
  }
}
