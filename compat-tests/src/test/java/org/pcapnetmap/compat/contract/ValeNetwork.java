package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.pcapnetmap.netmap.NetmapDevice;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.RxRing;
import org.pcapnetmap.netmap.SlotFlags;
import org.pcapnetmap.netmap.TxRing;

/** A port of a VALE switch of its own; frames are sent and taken at another port. */
final class ValeNetwork implements Network {
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final int LONGEST_FRAME = 65_535;

  private final String name =
      "vale" + ProcessHandle.current().pid() + "c" + NUMBER.incrementAndGet();
  private final NetmapPort wire;

  ValeNetwork() throws IOException {
    wire = NetmapPort.open(name + ":wire");
  }

  @Override
  public String device() {
    return name + ":1";
  }

  /** The second port of the switch; the first is the wire. */
  @Override
  public int ifindex() {
    return 2;
  }

  @Override
  public String missingDevice() {
    return "netmap:contract9";
  }

  @Override
  public int longestFrame() {
    return LONGEST_FRAME;
  }

  /** Returns when somebody who reads the device has gone to sleep. */
  void awaitSleeper() throws IOException {
    Scenarios.await(
        () ->
            NetmapDevice.list().stream()
                .filter(opening -> opening.switchName().equals(name))
                .anyMatch(opening -> opening.statistics().sleeps() > 0));
  }

  @Override
  public <T> T inside(Opening<T> opening) throws IOException {
    return opening.open();
  }

  @Override
  public void send(List<byte[]> frames) throws IOException {
    TxRing ring = wire.txRing(0);
    for (byte[] frame : frames) {
      while (!ring.offer(frame, 0, frame.length)) {
        wire.txSync();
      }
    }
    wire.txSync();
  }

  @Override
  public byte[] receive() throws IOException {
    RxRing ring = wire.rxRing(0);
    wire.rxSync();
    if (ring.available() == 0) {
      return null;
    }
    byte[] frame = gather(ring);
    wire.rxSync();
    return frame;
  }

  /** A frame may take several slots. */
  private static byte[] gather(RxRing ring) {
    byte[] whole = new byte[LONGEST_FRAME];
    int length = 0;
    int slot = ring.head();
    boolean more = true;
    while (more) {
      more = (ring.flags(slot) & SlotFlags.MORE_FRAGMENTS) != 0;
      ring.buffer().get(ring.bufferOffset(slot), whole, length, ring.length(slot));
      length += ring.length(slot);
      slot = ring.next(slot);
    }
    ring.advanceTo(slot);
    return java.util.Arrays.copyOf(whole, length);
  }

  @Override
  public void close() {
    wire.close();
  }
}
