package org.pcapnetmap.pcap;

import java.io.IOException;

/**
 * The interface did not take a frame: too long for its MTU, or without a link. The port goes on:
 * others of the same batch are sent, later ones may be, and what was refused is counted as bad.
 */
public final class FrameRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  FrameRefusedException(String message, IOException cause) {
    super(message, cause);
  }
}
