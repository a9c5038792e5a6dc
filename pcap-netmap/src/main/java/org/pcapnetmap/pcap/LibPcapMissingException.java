package org.pcapnetmap.pcap;

import java.io.IOException;

/** There is no libpcap on this system; the message names every place tried and the remedy. */
public final class LibPcapMissingException extends IOException {
  private static final long serialVersionUID = 1L;

  LibPcapMissingException(String message) {
    super(message);
  }
}
