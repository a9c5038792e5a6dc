package org.pcapnetmap.compat.contract;

import java.io.EOFException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;

/** How a pcap4j hands packets out: version 1 as arrays, version 2 as objects. */
interface Pcap4jReads {
  int dispatch(int count, Consumer<Packet> consumer)
      throws PcapNativeException, NotOpenException, InterruptedException;

  void loop(int count, Consumer<Packet> consumer)
      throws PcapNativeException, NotOpenException, InterruptedException;

  /** Null when there is none. */
  Packet next() throws NotOpenException;

  Packet nextEx() throws PcapNativeException, NotOpenException, EOFException, TimeoutException;

  /** Those of the version that is there. */
  static Pcap4jReads of(PcapHandle handle) {
    try {
      Class.forName("org.pcap4j.core.RawPacketListener", false, Pcap4jReads.class.getClassLoader());
      return new Pcap4jArrays(handle);
    } catch (ClassNotFoundException e) {
      return new Pcap4jPackets(handle);
    }
  }
}
