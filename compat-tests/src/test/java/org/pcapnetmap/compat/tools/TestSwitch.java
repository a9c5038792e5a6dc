package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.pcapnetmap.netmap.NetmapDevice;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.OpeningInfo;
import org.pcapnetmap.netmap.TxRing;

/** A VALE switch of its own for each test, with a port that sends. */
public final class TestSwitch implements AutoCloseable {
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final long LOOK_AGAIN_NANOS = 1_000_000;
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final String name =
      "vale" + ProcessHandle.current().pid() + "t" + NUMBER.incrementAndGet();
  private final NetmapPort sender;

  public TestSwitch() throws NetmapException {
    sender = NetmapPort.open(port("sender"));
  }

  /** The full name of one of the switch's ports. */
  public String port(String portName) {
    return name + ":" + portName;
  }

  /** Sends frames in this order; they are with their receivers when this returns. */
  public void send(List<byte[]> frames) throws NetmapException {
    send(sender, frames);
  }

  public static void send(NetmapPort from, List<byte[]> frames) throws NetmapException {
    TxRing ring = from.txRing(0);
    for (byte[] frame : frames) {
      while (!ring.offer(frame, 0, frame.length)) {
        from.txSync();
      }
    }
    from.txSync();
  }

  /** Who has which port of this switch open, this test's sender left out. */
  public List<OpeningInfo> others() throws NetmapException {
    return NetmapDevice.list().stream()
        .filter(opening -> opening.switchName().equals(name))
        .filter(opening -> !opening.portName().equals("sender"))
        .toList();
  }

  /** Returns when a program has opened a port to read and set its filter. */
  public void awaitFilter(String program) throws NetmapException {
    await(program + " sets no filter", o -> o.program().equals(program) && o.filterLength() > 0);
  }

  /** Returns when a program has opened a port. */
  public void awaitOpened(String program) throws NetmapException {
    await(program + " opens no port", o -> o.program().equals(program));
  }

  private void await(String otherwise, Predicate<OpeningInfo> awaited) throws NetmapException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (others().stream().noneMatch(awaited)) {
      assertTrue(System.nanoTime() < deadline, otherwise);
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  /** Returns when a program has read all that was sent to it. */
  public void awaitAllRead(String program) throws NetmapException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (others().stream()
        .anyMatch(o -> o.program().equals(program) && o.statistics().unread() > 0)) {
      assertTrue(System.nanoTime() < deadline, () -> program + " does not read on");
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  /** A program that has ended leaves nothing on the switch. */
  public void assertNobodyLeft() throws NetmapException {
    assertEquals(List.of(), others());
  }

  /** A program that has ended leaves nothing on the switch but one port, which is the test's. */
  public void assertOnly(String portName) throws NetmapException {
    List<String> ports = others().stream().map(OpeningInfo::portName).toList();
    assertEquals(List.of(portName), ports);
  }

  @Override
  public void close() {
    sender.close();
  }
}
