package org.pcapnetmap.pcap4j.engine;

import java.util.Map;
import org.pcap4j.core.NetmapOption;
import org.pcapnetmap.pcap.LiveBuilder;
import org.pcapnetmap.pcap.PcapHandle;
import org.pcapnetmap.pcap.TimePrecision;

/** What pcap4j sets, in the engine's words. */
final class PortSettings {
  /** libpcap's defaults. */
  static final Map<NetmapOption, Integer> DEFAULTS =
      Map.of(
          NetmapOption.SNAPLEN, PcapHandle.MAX_SNAPLEN,
          NetmapOption.PROMISC, 0,
          NetmapOption.TIMEOUT, 0,
          NetmapOption.BUFFER_SIZE, 0,
          NetmapOption.RFMON, 0,
          NetmapOption.PRECISION, 0,
          NetmapOption.IMMEDIATE, 0);

  /** Environment variable: receive slots, whatever the program asks for. */
  private static final String SLOTS_VARIABLE = "PCAP_NETMAP_SLOTS";

  private static final int FEWEST_SLOTS = 256;
  private static final int MOST_SLOTS = 65_536;

  private PortSettings() {}

  /** Returns how to open a port; throws IllegalArgumentException for a variable that is no good. */
  static LiveBuilder builder(String port, Map<NetmapOption, Integer> options) {
    LiveBuilder builder =
        PcapHandle.live(port)
            .snaplen(options.get(NetmapOption.SNAPLEN))
            .timeout(options.get(NetmapOption.TIMEOUT))
            .bufferSize(options.get(NetmapOption.BUFFER_SIZE))
            .promiscuous(options.get(NetmapOption.PROMISC) != 0)
            .precision(
                options.get(NetmapOption.PRECISION) == 0
                    ? TimePrecision.MICRO
                    : TimePrecision.NANO);
    String slots = System.getenv(SLOTS_VARIABLE);
    return slots == null ? builder : builder.slots(number(slots));
  }

  private static int number(String slots) {
    int number = slots.matches("\\d{1,6}") ? Integer.parseInt(slots) : 0;
    if (number < FEWEST_SLOTS || number > MOST_SLOTS) {
      throw new IllegalArgumentException(
          SLOTS_VARIABLE + "=" + slots + " is no number from 256 to 65536; set or unset it");
    }
    return number;
  }
}
