package org.pcapnetmap.pcap;

import java.io.IOException;

/** A series of savefiles has as many files as it may have; the packet at hand is not saved. */
public final class SeriesCompleteException extends IOException {
  private static final long serialVersionUID = 1L;

  SeriesCompleteException(int files) {
    super("Maximum file limit reached: " + files);
  }
}
