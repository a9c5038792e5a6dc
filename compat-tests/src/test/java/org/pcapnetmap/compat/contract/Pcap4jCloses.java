package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.RawPacketListener;

/** Closes of ports that are being read, and have traffic: packets stay whole, and reads end. */
final class Pcap4jCloses implements Pcap4jCases {
  /** For each call; a handle is open for about a millisecond. */
  private static final int CLOSES = 1000;

  private static final int READERS = 2;

  /** The reader has got up to so many packets when its handle is closed. */
  private static final int MOST_BEFORE = 40;

  private static final int NUMBERS = 250;
  private static final long PAUSE_NANOS = 20_000;
  private static final long JOIN_MILLIS = 60_000;

  private final AtomicReference<Throwable> failure = new AtomicReference<>();
  private final AtomicInteger seen = new AtomicInteger();
  private ValeNetwork network;
  private volatile boolean over;
  private Thread traffic;

  /** One call of pcap4j's, which ends with an exception when the handle is closed. */
  private interface Reading {
    void read(PcapHandle handle) throws Exception;
  }

  @Override
  public void open(Path folder) throws Exception {
    network = new ValeNetwork();
    traffic = new Thread(this::send, "traffic");
    traffic.start();
  }

  @Override
  public void close() {
    over = true;
    try {
      traffic.join();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    network.close();
  }

  private void send() {
    List<byte[]> frames = IntStream.range(0, NUMBERS).mapToObj(TestFrames::numbered).toList();
    try {
      while (!over) {
        network.send(frames);
        LockSupport.parkNanos(PAUSE_NANOS);
      }
    } catch (IOException | RuntimeException e) {
      failure.compareAndSet(null, e);
    }
  }

  /** pcap4j has left its lock when it looks at the packet. */
  public void whileGetNextRawPacketReads() throws Exception {
    closeAgainAndAgain(handle -> check(handle.getNextRawPacket()));
  }

  public void whileGetNextRawPacketExReads() throws Exception {
    closeAgainAndAgain(handle -> check(handle.getNextRawPacketEx()));
  }

  public void whileLoopReads() throws Exception {
    RawPacketListener listener = this::check;
    closeAgainAndAgain(handle -> handle.loop(-1, listener));
  }

  public void whileDispatchReads() throws Exception {
    RawPacketListener listener = this::check;
    closeAgainAndAgain(handle -> handle.dispatch(-1, listener));
  }

  private void check(byte[] packet) {
    if (packet != null) { // as getNextRawPacket says that it was ended
      try {
        assertArrayEquals(TestFrames.numbered(packet[TestFrames.NUMBER_AT] & 0xff), packet);
      } catch (AssertionError e) { // pcap4j logs what a listener throws, and goes on
        failure.compareAndSet(null, e);
      }
      seen.incrementAndGet();
    }
  }

  private void closeAgainAndAgain(Reading reading) throws Exception {
    for (int i = 0; i < CLOSES && failure.get() == null; i++) {
      PcapHandle handle =
          new PcapHandle.Builder(network.device()).snaplen(65536).timeoutMillis(10).build();
      seen.set(0);
      List<Thread> readers = new ArrayList<>();
      for (int reader = 0; reader < READERS; reader++) {
        readers.add(new Thread(() -> readToTheEnd(handle, reading), "reader"));
      }
      readers.forEach(Thread::start);
      while (seen.get() < i % MOST_BEFORE && failure.get() == null) {
        LockSupport.parkNanos(PAUSE_NANOS);
      }
      handle.close();
      for (Thread reader : readers) {
        reader.join(JOIN_MILLIS);
        assertFalse(reader.isAlive(), "a reader does not end");
      }
    }
    assertEquals(null, failure.get());
  }

  private void readToTheEnd(PcapHandle handle, Reading reading) {
    try {
      while (true) {
        reading.read(handle);
      }
    } catch (EOFException | InterruptedException | NotOpenException e) {
      return; // closed
    } catch (Exception | AssertionError e) {
      failure.compareAndSet(null, e);
    }
  }
}
