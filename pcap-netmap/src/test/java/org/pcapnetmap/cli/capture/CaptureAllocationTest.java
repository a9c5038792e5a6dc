package org.pcapnetmap.cli.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.pcapnetmap.cli.print.PacketPrinter;
import org.pcapnetmap.cli.send.FrameTemplate;
import org.pcapnetmap.netmap.PortStatistics;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.LiveHandle;
import org.pcapnetmap.pcap.PacketSink;
import org.pcapnetmap.pcap.PcapHandle;
import org.pcapnetmap.pcap.SavefileFormat;
import org.pcapnetmap.pcap.SavefileWriter;
import org.pcapnetmap.pcap.SendQueue;

/** From the ring to the file, or to a line of text, a packet costs no objects. */
@Timeout(120)
class CaptureAllocationTest {
  private static final int PACKETS = 400_000;
  private static final int BATCH = 200;
  private static final int SIZE = 60;

  /** What is linked late, or once a second, in bytes; one object per packet is 6.4 million. */
  private static final long SLACK = 16_384;

  private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
  private final ByteBuffer frame = FrameTemplate.broadcast(0x0200_0000_0001L, SIZE);
  private final String network = "vale" + ProcessHandle.current().pid() + "ca";

  @ParameterizedTest
  @EnumSource(SavefileFormat.class)
  void savingAllocatesNothing(SavefileFormat format) throws Exception {
    try (SavefileWriter writer =
        SavefileWriter.create("/dev/null", format, Datalink.EN10MB, 262_144)) {
      allocatesNothingPerPacket(writer);
      assertEquals(2L * PACKETS, writer.packets());
    }
  }

  @Test
  void printingAllocatesNothingPerPacket() throws Exception {
    try (PacketPrinter printer =
        new PacketPrinter(
            OutputStream.nullOutputStream(), Datalink.EN10MB, ZoneOffset.UTC, false)) {
      allocatesNothingPerPacket(printer);
    }
  }

  private void allocatesNothingPerPacket(PacketSink sink) throws Exception {
    try (LiveHandle sender = PcapHandle.live(network + ":a").open();
        LiveHandle reader = PcapHandle.live(network + ":b").open()) {
      Tally tally = Tally.ofArrivals(sink);
      // What runs for the first time links and compiles itself; a second run must be free.
      exchange(sender.sendQueue(), reader, tally);
      long before = threads.getCurrentThreadAllocatedBytes();
      exchange(sender.sendQueue(), reader, tally);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(allocated < SLACK, allocated + " bytes allocated");
      PortStatistics statistics = reader.portStatistics();
      assertEquals(2L * PACKETS, statistics.consumed());
      assertEquals(2L * PACKETS, tally.packets());
      assertEquals(2L * PACKETS * SIZE, tally.bytes());
    }
  }

  private void exchange(SendQueue queue, LiveHandle reader, Tally tally) throws Exception {
    for (int sent = 0; sent < PACKETS; sent += BATCH) {
      for (int i = 0; i < BATCH; i++) {
        queue.offer(frame, 0, SIZE);
      }
      queue.flush();
      reader.dispatch(BATCH / 2, tally);
      reader.dispatch(BATCH, tally);
    }
    reader.settle();
  }
}
