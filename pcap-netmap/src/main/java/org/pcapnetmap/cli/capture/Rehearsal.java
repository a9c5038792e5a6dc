package org.pcapnetmap.cli.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.pcapnetmap.cli.OpenPorts;
import org.pcapnetmap.cli.send.FrameTemplate;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.LiveHandle;
import org.pcapnetmap.pcap.PcapHandle;
import org.pcapnetmap.pcap.SavefileFormat;
import org.pcapnetmap.pcap.SavefileWriter;
import org.pcapnetmap.pcap.SendQueue;

/**
 * Runs frames through the very code that will save them, on a switch that nobody else is on, until
 * the JVM has compiled it. A JVM that starts cold takes tens of times longer for each frame, and a
 * sender at full speed fills any ring before it has warmed up.
 */
final class Rehearsal {
  private static final String NOWHERE = "/dev/null";
  private static final int SLOTS = 256;

  /** Packets: fewer than are read between two syncs. */
  private static final int SHORT_READ = 20;

  private static final int FRAME_SIZE = 60;
  private static final long SOURCE_MAC = 0x0200_0000_0001L;

  /** So fast is compiled code only; interpreted code takes microseconds. */
  private static final long WARM_NANOS_PER_FRAME = 60;

  /** Slower machines and busy ones begin lukewarm rather than late. */
  private static final long PATIENCE_NANOS = 300_000_000;

  private Rehearsal() {}

  /** Warms up for savefiles of a format. Where that cannot be done the capture begins cold. */
  static void run(SavefileFormat format) {
    String name = OpenPorts.WARM_UP + ProcessHandle.current().pid() % 100_000 + ":";
    try (LiveHandle sender = open(name + "sender");
        LiveHandle receiver = open(name + "receiver");
        SavefileWriter writer =
            SavefileWriter.create(NOWHERE, format, Datalink.EN10MB, PcapHandle.MAX_SNAPLEN)) {
      repeat(sender.sendQueue(), receiver, writer);
    } catch (IOException ignored) {
      // Not even a small switch can be made: opening the real port will say why.
    }
  }

  private static LiveHandle open(String port) throws IOException {
    return PcapHandle.live(port).slots(SLOTS).sendSlots(SLOTS).open();
  }

  /**
   * Whatever the capture will do at its beginning happens often here: the first packet of a tally,
   * a read that ends by its count. The JVM throws compiled code away that meets what it never saw.
   */
  private static void repeat(SendQueue queue, LiveHandle receiver, SavefileWriter writer)
      throws IOException {
    ByteBuffer frame = FrameTemplate.broadcast(SOURCE_MAC, FRAME_SIZE);
    long start = System.nanoTime();
    long spent = Long.MAX_VALUE;
    while (spent > WARM_NANOS_PER_FRAME * SLOTS && System.nanoTime() - start < PATIENCE_NANOS) {
      for (int room = queue.room(); room > 0; room--) {
        queue.offer(frame, 0, FRAME_SIZE);
      }
      queue.flush();
      receiver.settle();
      long began = System.nanoTime();
      Tally tally = Tally.ofArrivals(writer);
      receiver.dispatch(SHORT_READ, tally, 0);
      receiver.dispatch(SLOTS, tally, 0);
      spent = System.nanoTime() - began;
    }
  }
}
