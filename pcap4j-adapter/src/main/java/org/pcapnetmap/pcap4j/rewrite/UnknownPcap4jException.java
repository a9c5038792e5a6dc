package org.pcapnetmap.pcap4j.rewrite;

/** Thrown for a pcap4j that is not built as the known ones are; it is left alone then. */
public final class UnknownPcap4jException extends Exception {
  private static final long serialVersionUID = 1L;

  UnknownPcap4jException(String what) {
    super(what);
  }
}
