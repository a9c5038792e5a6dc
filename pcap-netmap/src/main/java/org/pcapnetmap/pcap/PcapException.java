package org.pcapnetmap.pcap;

import java.io.IOException;

/** A handle cannot do what it was asked for; the message is one line that says why. */
public final class PcapException extends IOException {
  private static final long serialVersionUID = 1L;

  PcapException(String message) {
    super(message);
  }
}
