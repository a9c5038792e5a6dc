package org.pcapnetmap.pcap4j.rewrite;

import java.util.function.Predicate;

/** Tells pcap4j 1.8 and 2.0 from older versions, whose native functions are the same. */
public final class KnownVersions {
  private static final String SINCE_1_8 =
      "org/pcap4j/packet/factory/PacketFactoryBinderProvider.class";

  private KnownVersions() {}

  /**
   * Refuses what is older.
   *
   * @param isThere whether pcap4j-core has a file
   * @throws UnknownPcap4jException when it lacks what came with 1.8
   */
  public static void require(Predicate<String> isThere) throws UnknownPcap4jException {
    if (!isThere.test(SINCE_1_8)) {
      throw new UnknownPcap4jException("it is older than 1.8; take pcap4j-core 1.8.2");
    }
  }
}
