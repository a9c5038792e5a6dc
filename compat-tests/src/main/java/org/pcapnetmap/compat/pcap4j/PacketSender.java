package org.pcapnetmap.compat.pcap4j;

import org.pcap4j.core.PcapHandle;

/** Sends one packet after the other by {@code sendPacket(byte[])}, as fast as it can. */
public final class PacketSender {
  private PacketSender() {}

  /**
   * Runs the program and prints one JSON object.
   *
   * @param arguments a device, seconds from the first packet to the window, seconds of the window
   * @throws Exception whatever pcap4j throws
   */
  public static void main(String[] arguments) throws Exception {
    double warmUp = Double.parseDouble(arguments[1]);
    double seconds = Double.parseDouble(arguments[2]);
    byte[] frame = UdpFrame.bytes();
    Tally tally = new Tally();
    try (PcapHandle handle = Devices.open(arguments[0])) {
      Aside aside = new Aside(tally, warmUp, seconds);
      while (!aside.isOver()) {
        handle.sendPacket(frame);
        tally.add();
      }
      System.out.println("{" + aside.figures() + "}");
    }
  }
}
