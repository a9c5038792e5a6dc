package org.pcapnetmap.pcap;

/** A filter expression cannot be compiled; the message is one line that says why. */
public final class FilterException extends Exception {
  private static final long serialVersionUID = 1L;

  FilterException(String message) {
    super(message);
  }
}
