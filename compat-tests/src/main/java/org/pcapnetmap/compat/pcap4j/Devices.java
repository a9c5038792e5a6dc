package org.pcapnetmap.compat.pcap4j;

import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.PcapStat;

/** Opens devices as all the programs do. */
final class Devices {
  private static final int SNAPLEN = 65535;
  private static final int TIMEOUT_MILLIS = 100;

  /** For 4096 of the longest frames, as a port has room for if nothing is said. */
  private static final int BUFFER_BYTES = 4096 * 2048;

  private Devices() {}

  static PcapHandle open(String device) throws PcapNativeException {
    PcapHandle.Builder builder =
        new PcapHandle.Builder(device)
            .snaplen(SNAPLEN)
            .promiscuousMode(PromiscuousMode.PROMISCUOUS)
            .timeoutMillis(TIMEOUT_MILLIS);
    return (device.startsWith("vale") ? builder : builder.bufferSize(BUFFER_BYTES)).build();
  }

  /** What the handle counts, as members of a JSON object. */
  static String counted(PcapHandle handle) throws PcapNativeException, NotOpenException {
    PcapStat stats = handle.getStats();
    return String.format(
        "\"received\":%d,\"dropped\":%d",
        stats.getNumPacketsReceived(), stats.getNumPacketsDropped());
  }
}
