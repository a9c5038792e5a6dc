package org.pcapnetmap.pcap;

import org.pcapnetmap.netmap.PortStatistics;

/**
 * What libpcap's statistics say of a handle since it was opened.
 *
 * @param received packets that passed the filter: read, not yet read, or lost for lack of room
 * @param dropped of these, packets lost for lack of room
 */
public record PcapStatistics(long received, long dropped) {
  /** As the kernel counts for libpcap: the lost ones passed the filter, too. */
  static PcapStatistics of(PortStatistics port) {
    return new PcapStatistics(port.accepted() + port.dropped(), port.dropped());
  }
}
