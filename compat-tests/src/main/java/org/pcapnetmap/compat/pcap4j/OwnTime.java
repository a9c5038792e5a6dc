package org.pcapnetmap.compat.pcap4j;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.pcap4j.core.PcapHandle;
import org.pcapnetmap.pcap.LiveHandle;
import org.pcapnetmap.pcap.PcapPacket;
import org.pcapnetmap.pcap.SendQueue;

/**
 * How long a call of pcap4j's takes for a packet, or the engine below for the same: the difference
 * is pcap4j's own, for parsing, locks and copies. All is done in one thread on what lies in a ring,
 * and the best batch counts, so that neither a sender, nor the collector, nor other programs show.
 */
public final class OwnTime {
  private static final String SEND = "SEND";
  private static final int BATCH = 512;
  private static final int RING = 1024;

  /** Something that is timed. */
  private interface Work {
    void run() throws Exception;
  }

  private final String call;
  private final byte[] frame = UdpFrame.bytes();
  private final ByteBuffer direct = ByteBuffer.allocateDirect(frame.length).put(frame);
  private final Tally tally = new Tally();
  private final PcapPacket view = new PcapPacket();

  private OwnTime(String call) {
    this.call = call;
  }

  /**
   * Runs the program, under the agent, and prints one JSON object: nanoseconds.
   *
   * @param arguments a {@link ReadCall} or {@code SEND}, the name of a switch, how many batches,
   *     and whether pcap4j is left out
   * @throws Exception whatever pcap4j and the engine throw
   */
  public static void main(String[] arguments) throws Exception {
    OwnTime program = new OwnTime(arguments[0]);
    int batches = Integer.parseInt(arguments[2]);
    double best =
        Boolean.parseBoolean(arguments[3])
            ? program.engine(arguments[1], batches)
            : program.whole(arguments[1], batches);
    System.out.printf(Locale.ROOT, "{\"nanos\":%.1f}%n", best);
  }

  private double engine(String lane, int batches) throws Exception {
    try (LiveHandle handle = open(lane + ":here");
        LiveHandle peer = open(lane + ":peer")) {
      return best(batches, peer, () -> useEngine(handle));
    }
  }

  private double whole(String lane, int batches) throws Exception {
    try (PcapHandle handle = Devices.open(lane + ":here");
        LiveHandle peer = open(lane + ":peer")) {
      return best(batches, peer, () -> use(handle));
    }
  }

  private double best(int batches, LiveHandle peer, Work work) throws Exception {
    double best = Double.MAX_VALUE;
    for (int i = 0; i < batches; i++) {
      best = Math.min(best, time(peer, work));
    }
    return best;
  }

  private static LiveHandle open(String port) throws IOException {
    return org.pcapnetmap.pcap.PcapHandle.live(port).slots(RING).sendSlots(RING).open();
  }

  /** Nanoseconds a packet of one batch. */
  private double time(LiveHandle peer, Work work) throws Exception {
    if (!call.equals(SEND)) {
      feed(peer.sendQueue());
    }
    long start = System.nanoTime();
    work.run();
    double nanos = System.nanoTime() - start;
    if (call.equals(SEND)) {
      drain(peer);
    }
    return nanos / BATCH;
  }

  private void feed(SendQueue queue) throws IOException {
    for (int i = 0; i < BATCH; i++) {
      queue.offer(direct, 0, frame.length);
    }
    queue.flush();
  }

  /** What is still on its way comes soon. */
  private void drain(LiveHandle peer) throws IOException {
    int left = BATCH;
    while (left > 0) {
      left -= peer.dispatch(left, (buffer, offset, length, wire, time, direction) -> {});
    }
  }

  private void useEngine(LiveHandle bare) throws IOException {
    if (call.equals(SEND)) {
      for (int i = 0; i < BATCH; i++) {
        bare.injectSoon(frame, 0, frame.length);
      }
    } else if (ReadCall.valueOf(call) == ReadCall.NEXT
        || ReadCall.valueOf(call) == ReadCall.NEXT_EX) {
      for (int i = 0; i < BATCH; i++) {
        bare.nextEx(view);
      }
    } else {
      bare.loop(BATCH, (buffer, offset, length, wire, time, direction) -> tally.add());
    }
  }

  private void use(PcapHandle handle) throws Exception {
    if (call.equals(SEND)) {
      for (int i = 0; i < BATCH; i++) {
        handle.sendPacket(frame);
      }
    } else {
      ReadCall.valueOf(call).read(handle, BATCH, tally);
    }
  }
}
