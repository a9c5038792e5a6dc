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
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.PortOptions;
import org.pcapnetmap.netmap.PortStatistics;
import org.pcapnetmap.netmap.TxRing;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.PacketSink;
import org.pcapnetmap.pcap.SavefileFormat;
import org.pcapnetmap.pcap.SavefileWriter;

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
    try (NetmapPort sender = NetmapPort.open(network + ":a");
        NetmapPort reader = NetmapPort.open(network + ":b", PortOptions.capture())) {
      FrameMover mover = new FrameMover(sink);
      // What runs for the first time links and compiles itself; a second run must be free.
      exchange(sender, reader, mover);
      long before = threads.getCurrentThreadAllocatedBytes();
      exchange(sender, reader, mover);
      long allocated = threads.getCurrentThreadAllocatedBytes() - before;
      assertTrue(allocated < SLACK, allocated + " bytes allocated");
      PortStatistics statistics = reader.statistics();
      assertEquals(2L * PACKETS, statistics.consumed());
      assertEquals(2L * PACKETS, mover.frames());
      assertEquals(2L * PACKETS * SIZE, mover.bytes());
    }
  }

  private void exchange(NetmapPort sender, NetmapPort reader, FrameMover mover) throws Exception {
    TxRing ring = sender.txRing(0);
    for (int sent = 0; sent < PACKETS; sent += BATCH) {
      for (int i = 0; i < BATCH; i++) {
        ring.offer(frame, 0, SIZE);
      }
      sender.txSync();
      reader.await(NetmapPort.POLLIN, 0);
      mover.move(reader.rxRing(0), BATCH / 2, Long.MAX_VALUE);
      mover.move(reader.rxRing(0), BATCH, Long.MAX_VALUE);
    }
    reader.rxSync();
  }
}
