package org.pcapnetmap.cli.bridge;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicLong;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.pcap.FrameRefusedException;
import org.pcapnetmap.pcap.LiveHandle;
import org.pcapnetmap.pcap.PacketHandler;
import org.pcapnetmap.pcap.PcapException;
import org.pcapnetmap.pcap.SendQueue;

/** One direction of a bridge: what comes to one port leaves by the other, in batches. */
final class Lane implements Runnable {
  /** Frames between two syncs of the other port: enough to pay for it, few enough for a cache. */
  private static final int BATCH = 256;

  /** How long to wait for frames, or for room, before looking whether the end has come. */
  private static final long PATIENCE_NANOS = 100_000_000;

  private final LiveHandle from;
  private final LiveHandle to;
  private final SendQueue queue;
  private final PacketHandler forward = this::forward;
  private final Runnable onFailure;
  private volatile boolean stopping;
  private final AtomicLong frames = new AtomicLong();
  private final AtomicLong bytes = new AtomicLong();
  private long batchFrames;
  private long batchBytes;
  private long refused;
  private IOException failure;

  /** Why the other port refused a frame the last time, or null. */
  private volatile FrameRefusedException refusal;

  /**
   * A lane that does not run yet.
   *
   * @param onFailure told when the lane has ended before it was stopped
   * @throws PcapException when nothing can be sent to the second port
   */
  Lane(LiveHandle from, LiveHandle to, Runnable onFailure) throws PcapException {
    this.from = from;
    this.to = to;
    this.queue = to.sendQueue();
    this.onFailure = onFailure;
  }

  /** Asks the lane to send on what is there and to end. */
  void stop() {
    stopping = true;
    from.breakLoop();
  }

  @Override
  public void run() {
    try {
      while (!stopping) {
        move(BATCH, PATIENCE_NANOS);
      }
      moveTheRest();
    } catch (IOException e) {
      failure = e;
      onFailure.run();
    }
  }

  /** What came before the end is sent on; what comes meanwhile is not. */
  private void moveTheRest() throws IOException {
    from.settle();
    long left = from.portStatistics().unread();
    int read = 1;
    while (left > 0 && read != 0) {
      read = move((int) Math.min(left, BATCH), 0);
      left -= Math.max(read, 0);
    }
    from.settle();
  }

  private int move(int most, long patience) throws IOException {
    int read = from.dispatch(most, forward, patience);
    if (batchFrames > 0) {
      flush();
      frames.addAndGet(batchFrames);
      bytes.addAndGet(batchBytes);
      batchFrames = 0;
      batchBytes = 0;
    }
    return read;
  }

  /** What the other port refuses it counts: a bridge outlives a long frame, and a lost link. */
  private void flush() throws IOException {
    try {
      queue.flush();
    } catch (FrameRefusedException e) {
      refusal = e;
    }
  }

  private void forward(
      ByteBuffer buffer, int offset, int length, int wire, long time, Direction direction)
      throws IOException {
    if (length == 0 || length > queue.largestFrame() || !offer(buffer, offset, length)) {
      refused++;
      return;
    }
    batchFrames++;
    batchBytes += length;
  }

  /** A port that takes no more is waited for, unless it has no link or the bridge shall end. */
  private boolean offer(ByteBuffer buffer, int offset, int length) throws IOException {
    while (!queue.offer(buffer, offset, length)) {
      if (!awaitRoom()) {
        return false;
      }
    }
    return true;
  }

  private boolean awaitRoom() throws IOException {
    try {
      return queue.awaitRoom(PATIENCE_NANOS) || !stopping;
    } catch (FrameRefusedException e) {
      refusal = e;
      return queue.room() > 0;
    }
  }

  /** Frames handed to the other port so far. */
  long frames() {
    return frames.get();
  }

  /** Frames sent on. */
  long forwarded() throws IOException {
    return Math.max(0, frames.get() - refusedByOther());
  }

  /** Bytes of these frames. */
  long bytes() throws IOException {
    return refusedByOther() == 0 ? bytes.get() : to.portStatistics().sentBytes();
  }

  private long refusedByOther() throws IOException {
    return to.portStatistics().sentBad();
  }

  /**
   * Frames that were lost: the one port had no room for them, or the other could not take them. Of
   * one that an interface refused, each slot counts.
   */
  long dropped() throws IOException {
    return from.portStatistics().dropped() + refused + refusedByOther();
  }

  /** Why the other port last refused a frame, or null. */
  IOException refusal() {
    return refusal;
  }

  /** Slots that came too late to be sent on. */
  long unread() throws IOException {
    return from.portStatistics().unread();
  }

  /** Why the lane ended before it was stopped, or null. */
  IOException failure() {
    return failure;
  }
}
