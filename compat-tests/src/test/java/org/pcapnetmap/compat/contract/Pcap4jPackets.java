package org.pcapnetmap.compat.contract;

import java.io.EOFException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PacketListener;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapNativeException;

/** Packets as version 2 hands them out, which the tests are not compiled with. */
record Pcap4jPackets(PcapHandle handle) implements Pcap4jReads {
  private static Packet packet(Object pcapPacket) {
    try {
      Instant time = (Instant) call(pcapPacket, "getTimestamp");
      return new Packet(
          ((org.pcap4j.packet.Packet) pcapPacket).getRawData(),
          (Integer) call(pcapPacket, "getOriginalLength"),
          time.getEpochSecond() * 1_000_000_000L + time.getNano());
    } catch (InvocationTargetException e) {
      throw new AssertionError(e);
    }
  }

  private static Object call(Object on, String method) throws InvocationTargetException {
    try {
      return on.getClass().getMethod(method).invoke(on);
    } catch (NoSuchMethodException | IllegalAccessException e) {
      throw new LinkageError(e.getMessage(), e);
    }
  }

  private static PacketListener listener(Consumer<Packet> consumer) {
    return (PacketListener)
        Proxy.newProxyInstance(
            PacketListener.class.getClassLoader(),
            new Class<?>[] {PacketListener.class},
            (proxy, method, arguments) -> {
              consumer.accept(packet(arguments[0]));
              return null;
            });
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
    try {
      Object read = call(handle, "getNextPacket");
      return read == null ? null : packet(read);
    } catch (InvocationTargetException e) {
      rethrow(e, NotOpenException.class);
      throw new AssertionError(e);
    }
  }

  @Override
  public Packet nextEx()
      throws PcapNativeException, NotOpenException, EOFException, TimeoutException {
    try {
      return packet(call(handle, "getNextPacketEx"));
    } catch (InvocationTargetException e) {
      rethrow(e, NotOpenException.class);
      rethrow(e, PcapNativeException.class);
      rethrow(e, EOFException.class);
      rethrow(e, TimeoutException.class);
      throw new AssertionError(e);
    }
  }

  private static <E extends Exception> void rethrow(InvocationTargetException e, Class<E> type)
      throws E {
    if (type.isInstance(e.getCause())) {
      throw type.cast(e.getCause());
    }
  }
}
