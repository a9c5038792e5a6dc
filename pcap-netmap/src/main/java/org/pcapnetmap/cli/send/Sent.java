package org.pcapnetmap.cli.send;

import java.io.IOException;
import org.pcapnetmap.cli.Json;
import org.pcapnetmap.netmap.PortStatistics;
import org.pcapnetmap.pcap.LiveHandle;

/**
 * What was sent.
 *
 * @param packets that were
 * @param bytes of them
 * @param refused packets that were not, since no frame has such a length
 * @param offered packets, once for each receiver
 * @param seconds from the first to the last
 */
record Sent(long packets, long bytes, long refused, long offered, double seconds) {
  /** The port's statistics count slots, of which a long frame takes several. */
  static Sent of(LiveHandle port, double seconds) throws IOException {
    PortStatistics statistics = port.portStatistics();
    long further = port.sendQueue().furtherSlotsSent();
    long packets = Math.max(0, statistics.sent() - further);
    long refused = statistics.sent() + statistics.sentBad() - further - packets;
    return new Sent(packets, statistics.sentBytes(), refused, statistics.offered(), seconds);
  }

  /** Packets a second; 0 when there was no time. */
  double rate() {
    return seconds > 0 ? packets / seconds : 0;
  }

  /** The last line's object. */
  Json json(String port, String error) {
    Json json =
        new Json()
            .put("command", "send")
            .put("packets", packets)
            .put("bytes", bytes)
            .put("dropped", refused)
            .put("seconds", seconds)
            .put("packetsPerSecond", rate())
            .put("offered", offered)
            .put("port", port);
    return error == null ? json : json.put("error", error);
  }
}
