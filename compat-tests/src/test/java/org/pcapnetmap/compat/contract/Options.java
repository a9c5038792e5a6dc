package org.pcapnetmap.compat.contract;

/**
 * How to open a handle.
 *
 * @param snaplen most bytes of a packet; 0 or less for all
 * @param timeoutMillis how long a packet may wait for more
 * @param immediate hand out packets as they come
 * @param bufferSize bytes of room for unread packets; 0 for the default
 * @param nanoseconds whether times are told in nanoseconds
 * @param nonBlocking set before the handle is activated, where it can be: pcap4j has no call for
 *     that and sets it afterwards
 */
record Options(
    int snaplen,
    int timeoutMillis,
    boolean immediate,
    int bufferSize,
    boolean nanoseconds,
    boolean nonBlocking) {
  /** Whole packets, at once, reads that wait. */
  static final Options BLOCKING = new Options(0, 100, true, 0, false, false);

  /** Whole packets, at once, reads that do not wait. */
  static final Options NONBLOCKING = new Options(0, 100, true, 0, false, true);

  Options withSnaplen(int bytes) {
    return new Options(bytes, timeoutMillis, immediate, bufferSize, nanoseconds, nonBlocking);
  }

  Options withBufferSize(int bytes) {
    return new Options(snaplen, timeoutMillis, immediate, bytes, nanoseconds, nonBlocking);
  }

  Options withNanoseconds() {
    return new Options(snaplen, timeoutMillis, immediate, bufferSize, true, nonBlocking);
  }

  /** As long a timeout; a negative one asks for reads that do not wait. */
  Options withTimeout(int millis) {
    return new Options(snaplen, millis, immediate, bufferSize, nanoseconds, nonBlocking);
  }

  /** Packets that come may wait for so long. */
  Options batched(int millis) {
    return new Options(snaplen, millis, false, bufferSize, nanoseconds, nonBlocking);
  }
}
