package org.pcapnetmap.compat.contract;

import java.io.EOFException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.RawPacketListener;

/** Packets as version 1 hands them out. */
record Pcap4jArrays(PcapHandle handle) implements Pcap4jReads {
  /** What the thread's last packet looked like. */
  private Packet packet(byte[] bytes) {
    var time = handle.getTimestamp();
    long nanos = TimeUnit.MILLISECONDS.toSeconds(time.getTime()) * 1_000_000_000L + time.getNanos();
    return new Packet(bytes, handle.getOriginalLength(), nanos);
  }

  private RawPacketListener listener(Consumer<Packet> consumer) {
    return bytes -> consumer.accept(packet(bytes));
  }

  @Override
  public int dispatch(int count, Consumer<Packet> consumer)
      throws PcapNativeException, NotOpenException, InterruptedException {
    return handle.dispatch(count, listener(consumer));
  }

  @Override
  public void loop(int count, Consumer<Packet> consumer)
      throws PcapNativeException, NotOpenException, InterruptedException {
    handle.loop(count, listener(consumer));
  }

  @Override
  public Packet next() throws NotOpenException {
    byte[] bytes = handle.getNextRawPacket();
    return bytes == null ? null : packet(bytes);
  }

  @Override
  public Packet nextEx()
      throws PcapNativeException, NotOpenException, EOFException, TimeoutException {
    return packet(handle.getNextRawPacketEx());
  }
}
