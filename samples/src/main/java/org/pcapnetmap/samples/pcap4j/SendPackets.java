package org.pcapnetmap.samples.pcap4j;

import java.util.Arrays;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNetworkInterface;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.Pcaps;

/** Sends broadcast frames of 60 bytes with pcap4j: {@code SendPackets DEVICE COUNT}. */
public final class SendPackets {
  private static final int LENGTH = 60;
  private static final int ADDRESS = 6;

  private SendPackets() {}

  /**
   * Runs the sample.
   *
   * @param arguments a device, and how many packets to send
   * @throws Exception whatever pcap4j throws
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 2 || !arguments[1].matches("\\d{1,9}")) {
      System.err.println("usage: SendPackets <device> <count>");
      System.exit(2);
    }
    int count = Integer.parseInt(arguments[1]);
    byte[] frame = new byte[LENGTH];
    Arrays.fill(frame, 0, ADDRESS, (byte) -1);
    frame[ADDRESS] = 2; // a locally administered source address
    PcapNetworkInterface device = Pcaps.getDevByName(arguments[0]);
    if (device == null) {
      System.err.println(
          arguments[0] + ": no such interface; is the pcap4j adapter's agent there?");
      System.exit(1);
    }
    try (PcapHandle handle = device.openLive(65536, PromiscuousMode.PROMISCUOUS, 10)) {
      long start = System.nanoTime();
      for (int i = 0; i < count; i++) {
        handle.sendPacket(frame);
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf("%d packets in %.3f s%n", count, seconds);
    }
  }
}
