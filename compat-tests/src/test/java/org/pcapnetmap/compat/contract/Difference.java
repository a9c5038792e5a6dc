package org.pcapnetmap.compat.contract;

/**
 * Where ours differ from stock libpcap on purpose. Each has a row in docs/compatibility.md and a
 * scenario that asserts both sides.
 */
enum Difference {
  /** Packets are handed out as they come, also without immediate mode. */
  NO_BATCHING,
  /** Frames of up to 65535 bytes are sent, not of the interface's MTU. */
  LONG_FRAMES,
  /**
   * A pending break ends the next read before it takes a packet. Stock takes one that is there, and
   * with next loses it; a nonblocking read that finds none leaves the break pending.
   */
  BREAK_COMES_FIRST,
  /** pcap_geterr names the port, the reason and the remedy. */
  REASONS_IN_FULL,
  /** A VLAN tag stands in the frame for every filter; Linux takes it off before it filters. */
  TAGS_STAY,
  /** ps_recv leaves out what the direction hides. */
  COUNTS_WHAT_IS_SEEN,
  /** No savefile is begun by a handle that is not activated. */
  APPEND_NEEDS_ACTIVATE
}
