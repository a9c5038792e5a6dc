package org.pcapnetmap.cli.capture;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.pcapnetmap.cli.send.FrameTemplate;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.PortOptions;
import org.pcapnetmap.netmap.TxRing;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.SavefileFormat;
import org.pcapnetmap.pcap.SavefileWriter;

/**
 * Runs frames through the very code that will save them, on a switch that nobody else is on, until
 * the JVM has compiled it. A JVM that starts cold takes tens of times longer for each frame, and a
 * sender at full speed fills any ring before it has warmed up.
 */
final class Rehearsal {
  private static final String NOWHERE = "/dev/null";
  private static final int SLOTS = 256;
  private static final int FRAME_SIZE = 60;
  private static final long SOURCE_MAC = 0x0200_0000_0001L;

  /** So fast is compiled code only; interpreted code takes microseconds. */
  private static final long WARM_NANOS_PER_FRAME = 60;

  /** Slower machines and busy ones begin lukewarm rather than late. */
  private static final long PATIENCE_NANOS = 300_000_000;

  private Rehearsal() {}

  /** Warms up for savefiles of a format. Where that cannot be done the capture begins cold. */
  static void run(SavefileFormat format) {
    String name = "valewarmup" + ProcessHandle.current().pid() % 100_000 + ":";
    PortOptions rings = PortOptions.capture().withTxSlots(SLOTS).withRxSlots(SLOTS);
    try (NetmapPort sender = NetmapPort.open(name + "sender", rings);
        NetmapPort receiver = NetmapPort.open(name + "receiver", rings);
        SavefileWriter writer =
            SavefileWriter.create(
                NOWHERE, format, Datalink.EN10MB, CaptureOptions.DEFAULT_SNAPLEN)) {
      repeat(sender, receiver, new FrameMover(writer));
    } catch (IOException ignored) {
      // Not even a small switch can be made: opening the real port will say why.
    }
  }

  private static void repeat(NetmapPort sender, NetmapPort receiver, FrameMover mover)
      throws IOException {
    ByteBuffer frame = FrameTemplate.broadcast(SOURCE_MAC, FRAME_SIZE);
    long start = System.nanoTime();
    long spent = Long.MAX_VALUE;
    while (spent > WARM_NANOS_PER_FRAME * SLOTS && System.nanoTime() - start < PATIENCE_NANOS) {
      fill(sender.txRing(0), frame);
      sender.txSync();
      spent = read(receiver, mover);
    }
  }

  private static void fill(TxRing ring, ByteBuffer frame) {
    for (int room = ring.available(); room > 0; room--) {
      ring.offer(frame, 0, FRAME_SIZE);
    }
  }

  private static long read(NetmapPort receiver, FrameMover mover) throws IOException {
    receiver.await(NetmapPort.POLLIN, 0);
    long start = System.nanoTime();
    mover.move(receiver.rxRing(0), SLOTS, Long.MAX_VALUE);
    long spent = System.nanoTime() - start;
    receiver.rxSync();
    return spent;
  }
}
