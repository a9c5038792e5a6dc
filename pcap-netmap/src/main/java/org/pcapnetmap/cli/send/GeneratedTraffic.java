package org.pcapnetmap.cli.send;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.pcapnetmap.pcap.PcapException;
import org.pcapnetmap.pcap.SendQueue;

/**
 * Frames of one template, numbered in their payload.
 *
 * <p>A switch copies what it sends and leaves the buffers to the sender, whose rings are its own:
 * so a slot is filled with the whole frame once, and with the next number ever after. A pipe trades
 * buffers with its reader: a slot that holds another one than before is filled anew.
 */
final class GeneratedTraffic implements Traffic {
  private static final VarHandle BIG_ENDIAN_LONG =
      MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private final FrameTemplate template;

  /** Where the buffer began that a slot was filled with, plus one. */
  private final int[] filled;

  private long next;

  GeneratedTraffic(FrameTemplate template, int slots) {
    this.template = template;
    this.filled = new int[slots];
  }

  @Override
  public int fill(SendQueue queue, int limit, long now) throws PcapException {
    ByteBuffer buffer = queue.buffer();
    long number = next;
    for (int i = 0; i < limit; i++) {
      int frame = queue.claim();
      boolean again = filled[queue.slot()] == frame + 1;
      if (!again) {
        buffer.put(frame, template.frame(), 0, template.size());
      }
      BIG_ENDIAN_LONG.set(buffer, frame + FrameTemplate.SEQUENCE, number);
      BIG_ENDIAN_LONG.set(buffer, frame + FrameTemplate.SEQUENCE + Long.BYTES, ~number);
      number++;
      commit(queue, frame, again);
    }
    next = number;
    return limit;
  }

  private void commit(SendQueue queue, int frame, boolean again) {
    if (again) {
      queue.commitAgain();
    } else {
      filled[queue.slot()] = frame + 1;
      queue.commit(template.size());
    }
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
