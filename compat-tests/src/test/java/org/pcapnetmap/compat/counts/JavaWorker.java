package org.pcapnetmap.compat.counts;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.pcapnetmap.netmap.BpfProgram;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.PortOptions;
import org.pcapnetmap.netmap.PortStatistics;
import org.pcapnetmap.netmap.TxRing;

/**
 * A process that sends or receives counted frames and prints its counts, with the arguments and the
 * dialogue of the C test program {@code exact_counts}.
 */
final class JavaWorker {
  private static final int RX_SLOTS = 8192;
  private static final int RUN = 7;

  private final InputStream input = System.in;

  private JavaWorker() {}

  public static void main(String[] args) throws Exception {
    if (args[0].equals("send")) {
      new JavaWorker().send(args);
    } else {
      new JavaWorker().receive(args);
    }
  }

  private void awaitLine() throws IOException {
    int c = input.read();
    while (c != '\n' && c >= 0) {
      c = input.read();
    }
  }

  private void awaitEnd() {
    try {
      input.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void send(String[] args) throws Exception {
    try (NetmapPort port = NetmapPort.open(args[1])) {
      System.out.println("ready");
      awaitLine();
      sendAll(
          port,
          Integer.parseInt(args[2]),
          Integer.parseInt(args[3]),
          Long.parseLong(args[4]),
          Pattern.of(args[5]));
      System.out.println("done");
      awaitEnd();
      print(0, 0, port.statistics());
    }
  }

  /** To whom each frame goes; numbered as in C. */
  private enum Pattern {
    ONE_BY_ONE,
    ALWAYS_ALL,
    SOMETIMES_ALL;

    static Pattern of(String number) {
      return values()[Integer.parseInt(number)];
    }

    int target(long i, int receivers) {
      boolean all = this == ALWAYS_ALL || (this == SOMETIMES_ALL && i % 8 == 0);
      return all ? CountedFrame.TO_EVERYBODY : (int) (i / RUN % receivers);
    }
  }

  private static void sendAll(
      NetmapPort port, int number, int receivers, long total, Pattern pattern)
      throws NetmapException {
    long[] sequences = new long[CountedFrame.TO_EVERYBODY + 1];
    ByteBuffer frame = CountedFrame.allocate();
    TxRing ring = port.txRing(0);
    for (long i = 0; i < total; i++) {
      int to = pattern.target(i, receivers);
      int size = CountedFrame.write(frame, number, to, sequences[to]++);
      while (!ring.offer(frame, 0, size)) {
        port.txSync();
      }
    }
    port.txSync();
  }

  private void receive(String[] args) throws Exception {
    int self = Integer.parseInt(args[2]);
    PortOptions options = args[3].equals("raw") ? PortOptions.raw() : PortOptions.capture();
    try (NetmapPort port = NetmapPort.open(args[1], options.withRxSlots(RX_SLOTS))) {
      if (args[3].equals("filter")) {
        port.setFilter(evenHalf());
      }
      System.out.println("ready");
      awaitLine();
      teach(port, self);
      System.out.println("taught");
      awaitLine();
      port.rxSync();
      port.rxRing(0).read((buffer, offset, length, ring, slot) -> {}, Integer.MAX_VALUE);
      System.out.println("receiving");
      CountedReader reader = readToEnd(port, self);
      print(reader.frames(), reader.missing(), port.statistics());
    }
  }

  /** Accepts the frames whose count is 0 or 1 modulo 4. */
  private static BpfProgram evenHalf() {
    return BpfProgram.of(
        BpfProgram.instruction(0x30, 0, 0, 14),
        BpfProgram.instruction(0x35, 0, 1, 2),
        BpfProgram.instruction(0x06, 0, 0, 0),
        BpfProgram.instruction(0x06, 0, 0, 65535));
  }

  private static void teach(NetmapPort port, int self) throws NetmapException {
    ByteBuffer frame = CountedFrame.allocate();
    port.txRing(0).offer(frame, 0, CountedFrame.writeTeaching(frame, self));
    port.txSync();
  }

  private CountedReader readToEnd(NetmapPort port, int self) throws NetmapException {
    CountedReader reader = new CountedReader(self);
    Thread end =
        new Thread(
            () -> {
              awaitEnd();
              port.interrupt();
            });
    end.start();
    while (port.await(NetmapPort.POLLIN, -1) != NetmapPort.INTERRUPTED) {
      port.rxRing(0).read(reader, Integer.MAX_VALUE);
    }
    while (port.rxSync() > 0) {
      port.rxRing(0).read(reader, Integer.MAX_VALUE);
    }
    return reader;
  }

  private static void print(long frames, long missing, PortStatistics s) {
    System.out.printf("frames %d%nmissing %d%noffered %d%n", frames, missing, s.offered());
    System.out.printf("accepted %d%npublished %d%n", s.accepted(), s.published());
    System.out.printf("consumed %d%nunread %d%n", s.consumed(), s.unread());
    System.out.printf("abandoned %d%ndropped %d%n", s.abandoned(), s.dropped());
    System.out.printf("filtered %d%nsent %d%n", s.filtered(), s.sent());
  }
}
