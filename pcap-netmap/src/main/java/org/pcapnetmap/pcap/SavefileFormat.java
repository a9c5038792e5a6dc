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
  private static final String GZIP_ENDING = ".gz";

  /** Returns whether a file's name asks for compression by gzip: it ends in {@code .gz}. */
  public static boolean isCompressed(String name) {
    return name.endsWith(GZIP_ENDING);
  }

  /** Returns a file's name without the ending that asks for compression. */
  static String withoutCompression(String name) {
    return isCompressed(name) ? name.substring(0, name.length() - GZIP_ENDING.length()) : name;
  }

  /** Returns the ending of a file's name that asks for compression; empty if it does not. */
  static String compressionOf(String name) {
    return isCompressed(name) ? GZIP_ENDING : "";
  }

  /**
   * Returns what a file's name asks for: pcapng when it ends in {@code .pcapng}, with or without
   * {@code .gz} behind it.
   */
  public static SavefileFormat ofName(String name, boolean nanosecond) {
    if (withoutCompression(name).endsWith(PCAPNG_ENDING)) {
      return PCAPNG;
    }
    return nanosecond ? PCAP_NANO : PCAP;
  }
}
