package org.pcapnetmap.compat.pcap4j;

import org.pcap4j.core.PcapHandle;

/**
 * Reads by each call in turn and sends, for long, and tells after each round what the JVM holds.
 * Somebody else must feed the device.
 */
public final class Soak {
  /** Of a hundred packets, for the calls in their order; what is left is sent. */
  private static final int[] SHARES = {40, 20, 10, 10, 5};

  private static final int HUNDRED = 100;

  private Soak() {}

  /**
   * Runs the program and prints one JSON object after each round.
   *
   * @param arguments a device to read, one to send to, how many rounds, packets of a round
   * @throws Exception whatever pcap4j throws
   */
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[2]);
    int packets = Integer.parseInt(arguments[3]);
    Tally tally = new Tally();
    try (PcapHandle reader = Devices.open(arguments[0]);
        PcapHandle sender = Devices.open(arguments[1])) {
      System.out.println("listening");
      for (int round = 0; round < rounds; round++) {
        work(reader, sender, packets, tally);
        System.out.println("{\"packets\":" + tally.count() + "," + Holdings.figures() + "}");
      }
    }
  }

  private static void work(PcapHandle reader, PcapHandle sender, int packets, Tally tally)
      throws Exception {
    int left = packets;
    ReadCall[] calls = ReadCall.values();
    for (int i = 0; i < calls.length; i++) {
      int share = (int) ((long) packets * SHARES[i] / HUNDRED);
      calls[i].read(reader, share, tally);
      left -= share;
    }
    byte[] frame = UdpFrame.bytes();
    for (int i = 0; i < left; i++) {
      sender.sendPacket(frame);
      tally.add();
    }
  }
}
