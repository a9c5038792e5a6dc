package org.pcapnetmap.pcap;

/** A filter expression cannot be compiled; the message is one line that says why. */
public final class FilterException extends Exception {
  private static final long serialVersionUID = 1L;

  /**
   * An expression that is wrong, or a libpcap that is not there.
   *
   * @param message what is wrong and what to do
   * @param cause where it came from, or null
   */
  public FilterException(String message, Throwable cause) {
    super(message, cause);
  }
}
