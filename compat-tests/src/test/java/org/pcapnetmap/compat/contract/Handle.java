package org.pcapnetmap.compat.contract;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/**
 * An activated handle, in libpcap's terms. Errors are {@link PcapFailure}s; the reads return
 * libpcap's numbers.
 */
interface Handle extends Closeable {
  /** What a read returns that breakloop ended. */
  int BREAK = -2;

  /** Which packets to see. */
  enum Direction {
    INOUT,
    IN,
    OUT
  }

  /**
   * What libpcap counts.
   *
   * @param received packets that passed the filter
   * @param dropped of them, lost for lack of room
   */
  record Statistics(long received, long dropped) {}

  int dispatch(int count, Consumer<Packet> handler) throws IOException;

  int loop(int count, Consumer<Packet> handler) throws IOException;

  /** pcap_next_ex: hands one packet to the handler and returns 1, or another number. */
  int nextEx(Consumer<Packet> handler) throws IOException;

  /** pcap_next: null when there is none. */
  Packet next() throws IOException;

  void breakLoop();

  void setNonBlocking(boolean nonBlocking) throws IOException;

  boolean isNonBlocking() throws IOException;

  void setFilter(String expression) throws IOException;

  void setDirection(Direction direction) throws IOException;

  /** pcap_inject: bytes sent. */
  int inject(byte[] frame) throws IOException;

  Statistics statistics() throws IOException;

  int snapshot() throws IOException;

  int datalink() throws IOException;

  List<Integer> datalinks() throws IOException;

  void setDatalink(int linktype) throws IOException;
}
