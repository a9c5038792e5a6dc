package org.pcapnetmap.pcap;

/**
 * Link-layer header types as they stand in savefiles (LINKTYPE_ values, see
 * https://www.tcpdump.org/linktypes.html) and as libpcap counts them in memory (DLT_ values).
 */
public final class Datalink {
  /** Ethernet, the only link type of netmap ports. */
  public static final int EN10MB = 1;

  /** Ethernet frames of a cable modem network, which Ethernet interfaces can be told to carry. */
  public static final int DOCSIS = 143;

  /** Packets that begin with an IPv4 or IPv6 header. */
  public static final int RAW = 101;

  /** The low bits of a savefile's link-type field; the high bits tell about checksums. */
  static final int LINKTYPE_MASK = 0x03ff_ffff;

  private Datalink() {}

  /**
   * Returns the DLT value that libpcap on Linux uses for a LINKTYPE value. The two differ only for
   * a handful of early types whose DLT values differ between systems.
   */
  public static int dlt(int linktype) {
    return switch (linktype) {
      case 100 -> 11; // ATM_RFC1483
      case RAW -> 12;
      case 102 -> 15; // SLIP_BSDOS
      case 103 -> 16; // PPP_BSDOS
      default -> linktype;
    };
  }
}
