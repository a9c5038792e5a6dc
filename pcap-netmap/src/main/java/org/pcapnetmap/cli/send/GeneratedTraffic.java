package org.pcapnetmap.cli.send;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.pcapnetmap.netmap.TxRing;

/**
 * Frames of one template, numbered in their payload.
 *
 * <p>A switch copies what it sends and leaves the buffers to the sender, whose rings are its own:
 * so a slot is filled with the whole frame once, and with the next number ever after.
 */
final class GeneratedTraffic implements Traffic {
  private static final VarHandle BIG_ENDIAN_LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final FrameTemplate template;
  private final boolean[] filled;
  private long next;

  GeneratedTraffic(FrameTemplate template, int slots) {
    this.template = template;
    this.filled = new boolean[slots];
  }

  @Override
  public int fill(TxRing ring, int limit, long now) {
    ByteBuffer buffer = ring.buffer();
    long number = next;
    int slot = ring.head();
    for (int i = 0; i < limit; i++) {
      int frame = ring.bufferOffset(slot);
      if (!filled[slot]) {
        prepare(ring, slot, frame);
      }
      BIG_ENDIAN_LONG.set(buffer, frame + FrameTemplate.SEQUENCE, number);
      BIG_ENDIAN_LONG.set(buffer, frame + FrameTemplate.SEQUENCE + Long.BYTES, ~number);
      number++;
      slot = ring.next(slot);
    }
    next = number;
    ring.advanceTo(slot);
    return limit;
  }

  private void prepare(TxRing ring, int slot, int frame) {
    ring.buffer().put(frame, template.frame(), 0, template.size());
    ring.setLength(slot, template.size());
    ring.setFlags(slot, 0);
    filled[slot] = true;
  }

  @Override
  public long untilDue(long now) {
    return 0;
  }

  @Override
  public boolean ended() {
    return false;
  }

  @Override
  public void close() {
    // Holds nothing.
  }
}
