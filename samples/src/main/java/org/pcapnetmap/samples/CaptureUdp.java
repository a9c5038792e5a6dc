package org.pcapnetmap.samples;

import org.pcapnetmap.pcap.LiveHandle;
import org.pcapnetmap.pcap.PcapHandle;

/** Prints the lengths of the next ten UDP packets of a port: {@code CaptureUdp vale0:count}. */
public final class CaptureUdp {
  private CaptureUdp() {}

  /**
   * Captures, then prints what libpcap would count.
   *
   * @param args the port
   * @throws Exception if the port cannot be opened, or the system has no libpcap for the filter
   */
  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      System.err.println("usage: CaptureUdp vale<switch>:<port>");
      System.exit(2);
    }
    try (LiveHandle handle = PcapHandle.live(args[0]).snaplen(128).open()) {
      handle.setFilter("udp");
      handle.loop(
          10,
          (buffer, offset, length, wireLength, timeNanos, direction) ->
              System.out.println(timeNanos + " " + direction + " " + wireLength + " bytes"));
      System.out.println(handle.statistics());
    }
  }
}
