package org.pcapnetmap.samples.pcap4j;

import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNetworkInterface;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.Pcaps;
import org.pcap4j.core.RawPacketListener;

/** Counts packets with pcap4j: {@code CountPackets DEVICE COUNT}. */
public final class CountPackets {
  private CountPackets() {}

  /**
   * Runs the sample.
   *
   * @param arguments a device, and how many packets to wait for
   * @throws Exception whatever pcap4j throws
   */
  public static void main(String[] arguments) throws Exception {
    if (arguments.length != 2 || !arguments[1].matches("\\d{1,9}")) {
      System.err.println("usage: CountPackets <device> <count>");
      System.exit(2);
    }
    int count = Integer.parseInt(arguments[1]);
    PcapNetworkInterface device = Pcaps.getDevByName(arguments[0]);
    if (device == null) {
      System.err.println(
          arguments[0] + ": no such interface; is the pcap4j adapter's agent there?");
      System.exit(1);
    }
    try (PcapHandle handle = device.openLive(65536, PromiscuousMode.PROMISCUOUS, 10)) {
      long[] bytes = new long[1];
      RawPacketListener listener = packet -> bytes[0] += packet.length;
      long start = System.nanoTime();
      handle.loop(count, listener);
      double seconds = (System.nanoTime() - start) / 1e9;
      System.out.printf("%d packets, %d bytes in %.3f s%n", count, bytes[0], seconds);
      System.out.println(handle.getStats().getNumPacketsDropped() + " dropped");
    }
  }
}
