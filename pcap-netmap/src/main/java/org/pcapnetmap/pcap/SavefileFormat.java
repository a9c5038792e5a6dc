package org.pcapnetmap.pcap;

/** The formats that savefiles are written in. */
public enum SavefileFormat {
  /** libpcap's own format, which every tool reads: microseconds, one link type, no direction. */
  PCAP,
  /** pcap with a magic of its own that says that times are in nanoseconds. */
  PCAP_NANO,
  /** pcapng: nanoseconds, and each packet's direction. */
  PCAPNG;

  private static final String PCAPNG_ENDING = ".pcapng";

  /** Returns what a file's name asks for: pcapng when it ends in {@code .pcapng}. */
  public static SavefileFormat ofName(String name, boolean nanosecond) {
    if (name.endsWith(PCAPNG_ENDING)) {
      return PCAPNG;
    }
    return nanosecond ? PCAP_NANO : PCAP;
  }
}
