package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import javax.management.JMException;
import javax.management.ObjectName;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.RawPacketListener;

/** What the adapter takes: nothing for a packet, nothing after a close. */
final class Pcap4jResources implements Pcap4jCases {
  private static final int CYCLES = 1000;
  private static final int PACKETS = 1000;
  private static final int ROUNDS = 30;

  /** Bytes of what pcap4j makes for each packet of 60 bytes: an array and a Timestamp. */
  private static final int ARRAY_AND_TIME = 80 + 32;

  /** The Runnable in which pcap4j calls a listener. */
  private static final int RUNNABLE = 32;

  private static final String DIRECT_BUFFER = "java.nio.DirectByteBuffer";
  private static final String NATIVE_MEMORY = "com.sun.jna.Memory";

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final List<byte[]> frames = Collections.nCopies(PACKETS, TestFrames.numbered(1));
  private ValeNetwork network;
  private int seen;

  @Override
  public void open(Path folder) throws Exception {
    network = new ValeNetwork();
  }

  @Override
  public void close() {
    network.close();
  }

  /** Something that is done with {@link #PACKETS} packets. */
  private interface Work {
    void run() throws Exception;
  }

  /** The fewest bytes that a round has taken for a packet: the first ones load classes. */
  private double bytesPerPacket(Work before, Work work) throws Exception {
    long fewest = Long.MAX_VALUE;
    for (int i = 0; i < ROUNDS; i++) {
      before.run();
      long start = THREADS.getCurrentThreadAllocatedBytes();
      work.run();
      fewest = Math.min(fewest, THREADS.getCurrentThreadAllocatedBytes() - start);
    }
    return (double) fewest / PACKETS;
  }

  private PcapHandle handle() throws Exception {
    return new PcapHandle.Builder(network.device()).snaplen(65536).build();
  }

  private void send() throws IOException {
    network.send(frames);
  }

  private static void assertAtMost(double limit, double bytes) {
    assertTrue(bytes < limit + 1, () -> bytes + " bytes for a packet, pcap4j takes " + limit);
  }

  public void loopAllocatesWhatPcap4jDoes() throws Exception {
    try (PcapHandle handle = handle()) {
      RawPacketListener count = packet -> seen++;
      assertAtMost(
          ARRAY_AND_TIME + RUNNABLE, bytesPerPacket(this::send, () -> handle.loop(PACKETS, count)));
    }
    assertEquals(ROUNDS * PACKETS, seen);
  }

  public void dispatchAllocatesWhatPcap4jDoes() throws Exception {
    try (PcapHandle handle = handle()) {
      RawPacketListener count = packet -> seen++;
      Work work =
          () -> {
            for (int left = PACKETS; left > 0; ) {
              left -= handle.dispatch(left, count);
            }
          };
      assertAtMost(ARRAY_AND_TIME + RUNNABLE, bytesPerPacket(this::send, work));
    }
    assertEquals(ROUNDS * PACKETS, seen);
  }

  public void nextPacketAllocatesWhatPcap4jDoes() throws Exception {
    try (PcapHandle handle = handle()) {
      Work work =
          () -> {
            for (int i = 0; i < PACKETS; i++) {
              handle.getNextRawPacket();
            }
          };
      assertAtMost(ARRAY_AND_TIME, bytesPerPacket(this::send, work));
    }
  }

  public void nextPacketExAllocatesWhatPcap4jDoes() throws Exception {
    try (PcapHandle handle = handle()) {
      Work work =
          () -> {
            for (int i = 0; i < PACKETS; i++) {
              handle.getNextRawPacketEx();
            }
          };
      assertAtMost(ARRAY_AND_TIME, bytesPerPacket(this::send, work));
    }
  }

  public void sendPacketAllocatesNothing() throws Exception {
    byte[] frame = TestFrames.numbered(1);
    try (PcapHandle handle = handle()) {
      Work work =
          () -> {
            for (int i = 0; i < PACKETS; i++) {
              handle.sendPacket(frame);
            }
          };
      assertAtMost(0, bytesPerPacket(() -> {}, work));
    }
  }

  public void thousandHandlesLeaveNothing() throws Exception {
    cycle(); // loads what is loaded once
    long descriptors = descriptors();
    long mappings = mappings();
    long buffers = instances(DIRECT_BUFFER);
    long memory = instances(NATIVE_MEMORY);
    for (int i = 0; i < CYCLES; i++) {
      cycle();
    }
    assertFewMore(CYCLES / 100, descriptors, descriptors(), "descriptors");
    assertFewMore(CYCLES / 10, mappings, mappings(), "mappings");
    assertFewMore(CYCLES / 10, buffers, instances(DIRECT_BUFFER), "direct buffers");
    assertFewMore(CYCLES / 10, memory, instances(NATIVE_MEMORY), "pieces of native memory");
  }

  private static void assertFewMore(int limit, long before, long after, String what) {
    assertTrue(after < before + limit, () -> after + " " + what + ", " + before + " before");
  }

  private void cycle() throws Exception {
    try (PcapHandle handle = handle()) {
      network.send(List.of(TestFrames.numbered(1)));
      handle.getNextRawPacket();
      handle.sendPacket(TestFrames.numbered(2));
    }
  }

  private static long descriptors() throws IOException {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    }
  }

  private static long mappings() throws IOException {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/maps"))) {
      return lines.count();
    }
  }

  /** Those that the JVM still has after a collection, also of memory that is not its own. */
  private static long instances(String type) throws JMException {
    Object histogram =
        ManagementFactory.getPlatformMBeanServer()
            .invoke(
                new ObjectName("com.sun.management:type=DiagnosticCommand"),
                "gcClassHistogram",
                new Object[] {null},
                new String[] {String[].class.getName()});
    // Number, instances, bytes, class, and for some a module.
    return ((String) histogram)
        .lines()
        .map(line -> line.strip().split("\\s+"))
        .filter(words -> words.length > 3 && words[3].equals(type))
        .mapToLong(words -> Long.parseLong(words[1]))
        .sum();
  }
}
