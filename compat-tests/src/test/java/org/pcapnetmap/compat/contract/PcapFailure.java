package org.pcapnetmap.compat.contract;

import java.io.IOException;

/** A call that failed: libpcap's status and the text that tells the user why. */
final class PcapFailure extends IOException {
  /** PCAP_ERROR, which an implementation gives that knows texts but no numbers. */
  static final int ERROR = -1;

  private static final long serialVersionUID = 1;

  private final int status;

  PcapFailure(int status, String text) {
    super(text);
    this.status = status;
  }

  int status() {
    return status;
  }
}
