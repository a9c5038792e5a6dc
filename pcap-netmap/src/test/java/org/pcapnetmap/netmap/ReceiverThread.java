package org.pcapnetmap.netmap;

import java.util.concurrent.Callable;

/** Reads a port until it is interrupted and nothing is left. */
final class ReceiverThread implements Callable<FrameChecker> {
  private static final int FIRST_ADDRESS = 1000;

  private final NetmapPort port;

  ReceiverThread(NetmapPort port) {
    this.port = port;
  }

  /** The address of a receiver, by its number. */
  static int address(int receiver) {
    return FIRST_ADDRESS + receiver;
  }

  /** Makes the switch learn where a receiver is. */
  static void announce(NetmapPort port, int receiver) throws NetmapException {
    TestFrame frame = new TestFrame(TestFrame.MIN_SIZE, address(receiver));
    port.txRing(0).offer(frame.number(0), 0, frame.size());
    port.txSync();
  }

  @Override
  public FrameChecker call() throws NetmapException {
    FrameChecker checker = new FrameChecker();
    while (port.await(NetmapPort.POLLIN, -1) != NetmapPort.INTERRUPTED) {
      port.rxRing(0).read(checker, Integer.MAX_VALUE);
    }
    while (port.rxSync() > 0) {
      port.rxRing(0).read(checker, Integer.MAX_VALUE);
    }
    return checker;
  }
}
