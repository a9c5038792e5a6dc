package org.pcapnetmap.netmap;

/**
 * Sends numbered frames, by turns to everyone and to each receiver, then says how many, and holds
 * the port until its input ends.
 */
final class SenderProgram {
  private final NetmapPort port;
  private final TestFrame frame;
  private final int receivers;

  private SenderProgram(NetmapPort port, int sender, int receivers) {
    this.port = port;
    this.frame = new TestFrame(TestFrame.MIN_SIZE + sender, sender);
    this.receivers = receivers;
  }

  /** Arguments: port, number of this sender, how many frames, how many receivers. */
  public static void main(String[] args) throws Exception {
    try (NetmapPort port = NetmapPort.open(args[0])) {
      new SenderProgram(port, Integer.parseInt(args[1]), Integer.parseInt(args[3]))
          .send(Integer.parseInt(args[2]));
      System.out.println("sent " + port.statistics().sent());
      System.in.transferTo(System.out);
    }
  }

  private void send(int count) throws NetmapException {
    TxRing ring = port.txRing(0);
    for (int i = 0; i < count; i++) {
      int turn = i % (receivers + 1);
      frame.to(turn < receivers ? ReceiverThread.address(turn) : -1);
      while (!ring.offer(frame.number(i), 0, frame.size())) {
        port.txSync();
      }
    }
    port.txSync();
  }
}
