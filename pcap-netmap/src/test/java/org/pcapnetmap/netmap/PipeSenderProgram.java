package org.pcapnetmap.netmap;

/**
 * Sends numbered frames into the end of a pipe; waits for room where there is none, and in the end
 * until the reader has made room for all.
 */
final class PipeSenderProgram {
  private PipeSenderProgram() {}

  /** Arguments: the end of a pipe, how many frames. */
  public static void main(String[] args) throws Exception {
    int count = Integer.parseInt(args[1]);
    try (NetmapPort port = NetmapPort.open(args[0])) {
      TxRing ring = port.txRing(0);
      TestFrame frame = new TestFrame(TestFrame.MIN_SIZE, 1);
      long waits = 0;
      for (int i = 0; i < count; i++) {
        while (!ring.offer(frame.number(i), 0, frame.size())) {
          waits += port.await(NetmapPort.POLLOUT, 0) == 0 ? 1 : 0;
          port.await(NetmapPort.POLLOUT, -1);
        }
      }
      while (port.txSync() < ring.numSlots() - 1) {
        ring.setCur(ring.tail());
        port.await(NetmapPort.POLLOUT, -1);
      }
      System.out.println("sent " + port.statistics().sent() + (waits > 0 ? ", waited" : ""));
    }
  }
}
