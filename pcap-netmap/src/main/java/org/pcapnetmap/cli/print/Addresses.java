package org.pcapnetmap.cli.print;

/** Addresses of the link and the network layer, as text. */
final class Addresses {
  static final int MAC_LENGTH = 6;
  static final int IPV4_LENGTH = 4;
  static final int IPV6_LENGTH = 16;
  private static final int GROUPS = 8;

  private Addresses() {}

  static void mac(Line line, Bytes bytes, int at) {
    for (int i = 0; i < MAC_LENGTH; i++) {
      if (i > 0) {
        line.add(':');
      }
      line.hex(bytes.u8(at + i), 2);
    }
  }

  static void ipv4(Line line, Bytes bytes, int at) {
    for (int i = 0; i < IPV4_LENGTH; i++) {
      if (i > 0) {
        line.add('.');
      }
      line.add(bytes.u8(at + i));
    }
  }

  /** In the form of RFC 5952: the first longest run of two or more zero groups becomes "::". */
  static void ipv6(Line line, Bytes bytes, int at) {
    int run = 1;
    int start = -1;
    for (int group = 0; group < GROUPS; group++) {
      int zeroes = zeroes(bytes, at, group);
      if (zeroes > run) {
        run = zeroes;
        start = group;
      }
    }
    for (int group = 0; group < GROUPS; ) {
      if (group == start) {
        line.add("::");
        group += run;
        continue;
      }
      boolean afterRun = start >= 0 && group == start + run;
      if (group > 0 && !afterRun) {
        line.add(':');
      }
      line.hex(bytes.u16(at + 2 * group));
      group++;
    }
  }

  private static int zeroes(Bytes bytes, int at, int group) {
    int count = 0;
    while (group + count < GROUPS && bytes.u16(at + 2 * (group + count)) == 0) {
      count++;
    }
    return count;
  }
}
