package org.pcap4j.core;

/** What libpcap lets be set before a handle is activated. */
public enum NetmapOption {
  /** Bytes of a packet to keep. */
  SNAPLEN,
  /** Whether to see what is not for this host; 0 or 1. */
  PROMISC,
  /** Milliseconds that packets may wait for more; negative for a non-blocking handle. */
  TIMEOUT,
  /** Bytes of unread packets there is room for. */
  BUFFER_SIZE,
  /** Monitor mode; 0 or 1. */
  RFMON,
  /** Time stamps: 0 in microseconds, 1 in nanoseconds. */
  PRECISION,
  /** Whether packets are wanted as soon as they come; 0 or 1. */
  IMMEDIATE
}
