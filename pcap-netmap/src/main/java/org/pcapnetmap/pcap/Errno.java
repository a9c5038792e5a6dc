package org.pcapnetmap.pcap;

/** Error numbers of Linux that are no reason to give up, see {@code errno(3)}. */
final class Errno {
  static final int EBUSY = 16;
  static final int EINVAL = 22;
  static final int EMSGSIZE = 90;
  static final int ENETDOWN = 100;

  private Errno() {}
}
