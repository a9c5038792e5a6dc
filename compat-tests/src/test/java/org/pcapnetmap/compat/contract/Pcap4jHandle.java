package org.pcapnetmap.compat.contract;

import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.pcap4j.core.BpfProgram.BpfCompileMode;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.BlockingMode;
import org.pcap4j.core.PcapHandle.PcapDirection;
import org.pcap4j.core.PcapHandle.TimestampPrecision;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.PcapNetworkInterface.PromiscuousMode;
import org.pcap4j.core.PcapStat;
import org.pcap4j.packet.namednumber.DataLinkType;

/** A handle of pcap4j's, whatever it stands on. */
final class Pcap4jHandle implements Handle {
  private final PcapHandle handle;
  private final Pcap4jReads reads;

  private Pcap4jHandle(PcapHandle handle) {
    this.handle = handle;
    this.reads = Pcap4jReads.of(handle);
  }

  static Pcap4jHandle open(String device, Options options) throws IOException {
    PcapHandle.Builder builder =
        new PcapHandle.Builder(device)
            .snaplen(options.snaplen())
            .promiscuousMode(PromiscuousMode.PROMISCUOUS)
            .timeoutMillis(options.timeoutMillis())
            .immediateMode(options.immediate())
            .bufferSize(options.bufferSize())
            .timestampPrecision(
                options.nanoseconds() ? TimestampPrecision.NANO : TimestampPrecision.MICRO);
    Pcap4jHandle opened = new Pcap4jHandle(tell(builder::build));
    if (options.nonBlocking()) {
      opened.setNonBlocking(true);
    }
    return opened;
  }

  /** A call of pcap4j's. */
  @FunctionalInterface
  private interface Call<T> {
    T run() throws PcapNativeException, NotOpenException;
  }

  private static <T> T tell(Call<T> call) throws IOException {
    try {
      return call.run();
    } catch (PcapNativeException e) {
      Integer code = e.getReturnCode();
      throw new PcapFailure(code == null ? PcapFailure.ERROR : code, e.getMessage());
    } catch (NotOpenException e) {
      throw new IOException(e);
    }
  }

  private static void tell(Action action) throws IOException {
    tell(
        () -> {
          action.run();
          return null;
        });
  }

  /** A call of pcap4j's without a result. */
  @FunctionalInterface
  private interface Action {
    void run() throws PcapNativeException, NotOpenException;
  }

  /** pcap4j logs what a listener throws, and goes on. */
  private static final class Listener implements Consumer<Packet> {
    private final Consumer<Packet> handler;
    private Throwable thrown;

    Listener(Consumer<Packet> handler) {
      this.handler = handler;
    }

    @Override
    public void accept(Packet packet) {
      try {
        handler.accept(packet);
      } catch (RuntimeException | AssertionError e) {
        thrown = e;
      }
    }

    void check() {
      if (thrown instanceof RuntimeException unchecked) {
        throw unchecked;
      } else if (thrown instanceof AssertionError failed) {
        throw failed;
      }
    }
  }

  @Override
  public int dispatch(int count, Consumer<Packet> consumer) throws IOException {
    Listener listener = new Listener(consumer);
    int result =
        tell(
            () -> {
              try {
                return reads.dispatch(count, listener);
              } catch (InterruptedException e) {
                return BREAK;
              }
            });
    listener.check();
    return result;
  }

  @Override
  public int loop(int count, Consumer<Packet> consumer) throws IOException {
    Listener listener = new Listener(consumer);
    int result =
        tell(
            () -> {
              try {
                reads.loop(count, listener);
                return 0;
              } catch (InterruptedException e) {
                return BREAK;
              }
            });
    listener.check();
    return result;
  }

  @Override
  public int nextEx(Consumer<Packet> consumer) throws IOException {
    return tell(
        () -> {
          try {
            consumer.accept(reads.nextEx());
            return 1;
          } catch (TimeoutException e) {
            return 0;
          } catch (EOFException e) {
            return BREAK;
          }
        });
  }

  @Override
  public Packet next() throws IOException {
    return tell(reads::next);
  }

  @Override
  public void breakLoop() {
    try {
      handle.breakLoop();
    } catch (NotOpenException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void setNonBlocking(boolean nonBlocking) throws IOException {
    tell(
        () ->
            handle.setBlockingMode(nonBlocking ? BlockingMode.NONBLOCKING : BlockingMode.BLOCKING));
  }

  @Override
  public boolean isNonBlocking() throws IOException {
    return tell(handle::getBlockingMode) == BlockingMode.NONBLOCKING;
  }

  @Override
  public void setFilter(String expression) throws IOException {
    tell(() -> handle.setFilter(expression, BpfCompileMode.OPTIMIZE));
  }

  @Override
  public void setDirection(Direction direction) throws IOException {
    tell(() -> handle.setDirection(PcapDirection.valueOf(direction.name())));
  }

  @Override
  public int inject(byte[] frame) throws IOException {
    tell(() -> handle.sendPacket(frame));
    return frame.length;
  }

  @Override
  public Statistics statistics() throws IOException {
    PcapStat counted = tell(handle::getStats);
    return new Statistics(counted.getNumPacketsReceived(), counted.getNumPacketsDropped());
  }

  @Override
  public int snapshot() throws IOException {
    return tell(handle::getSnapshot);
  }

  @Override
  public int datalink() {
    return handle.getDlt().value();
  }

  @Override
  public List<Integer> datalinks() throws IOException {
    return tell(handle::listDatalinks).stream().map(DataLinkType::value).toList();
  }

  @Override
  public void setDatalink(int linktype) throws IOException {
    tell(() -> handle.setDlt(DataLinkType.getInstance(linktype)));
  }

  @Override
  public void close() {
    handle.close();
  }
}
