package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;
import org.pcapnetmap.netmap.BpfProgram;
import org.pcapnetmap.pcap.FilterException;
import org.pcapnetmap.pcap.FrameRefusedException;
import org.pcapnetmap.pcap.LiveBuilder;
import org.pcapnetmap.pcap.LiveHandle;
import org.pcapnetmap.pcap.PacketHandler;
import org.pcapnetmap.pcap.PcapException;
import org.pcapnetmap.pcap.PcapHandle;
import org.pcapnetmap.pcap.PcapPacket;
import org.pcapnetmap.pcap.PcapStatistics;
import org.pcapnetmap.pcap.TimePrecision;

/** A handle of the Java pcap engine. */
final class JavaEngineHandle implements Handle {
  private final LiveHandle handle;

  private JavaEngineHandle(LiveHandle handle) {
    this.handle = handle;
  }

  static JavaEngineHandle open(String port, Options options) throws IOException {
    LiveBuilder builder =
        PcapHandle.live(port)
            .snaplen(options.snaplen())
            .timeout(options.timeoutMillis())
            .immediate(options.immediate())
            .bufferSize(options.bufferSize())
            .precision(options.nanoseconds() ? TimePrecision.NANO : TimePrecision.MICRO);
    if (options.nonBlocking()) {
      builder.nonBlocking(true);
    }
    return new JavaEngineHandle(builder.open());
  }

  private static PacketHandler copying(Consumer<Packet> handler) {
    return (buffer, offset, length, wireLength, timeNanos, direction) -> {
      byte[] bytes = new byte[length];
      buffer.get(offset, bytes);
      handler.accept(new Packet(bytes, wireLength, timeNanos));
    };
  }

  private static Packet copy(PcapPacket packet) {
    byte[] bytes = new byte[packet.capturedLength()];
    packet.buffer().get(packet.offset(), bytes);
    return new Packet(bytes, packet.wireLength(), packet.timeNanos());
  }

  @Override
  public int dispatch(int count, Consumer<Packet> handler) throws IOException {
    return handle.dispatch(count, copying(handler));
  }

  @Override
  public int loop(int count, Consumer<Packet> handler) throws IOException {
    return handle.loop(count, copying(handler));
  }

  @Override
  public int nextEx(Consumer<Packet> handler) throws IOException {
    PcapPacket packet = new PcapPacket();
    int result = handle.nextEx(packet);
    if (result == 1) {
      handler.accept(copy(packet));
    }
    return result;
  }

  @Override
  public Packet next() throws IOException {
    PcapPacket packet = new PcapPacket();
    return handle.next(packet) ? copy(packet) : null;
  }

  @Override
  public void breakLoop() {
    handle.breakLoop();
  }

  @Override
  public void setNonBlocking(boolean nonBlocking) {
    handle.setNonBlocking(nonBlocking);
  }

  @Override
  public boolean isNonBlocking() {
    return handle.isNonBlocking();
  }

  @Override
  public void setFilter(String expression) throws IOException {
    try {
      handle.setFilter(expression);
    } catch (FilterException e) {
      throw failure(e);
    }
  }

  void setProgram(long... instructions) throws IOException {
    handle.setFilter(BpfProgram.of(instructions));
  }

  private static PcapFailure failure(Exception e) {
    return new PcapFailure(PcapFailure.ERROR, e.getMessage());
  }

  @Override
  public void setDirection(Direction direction) throws IOException {
    handle.setDirection(org.pcapnetmap.netmap.Direction.valueOf(direction.name()));
  }

  @Override
  public int inject(byte[] frame) throws IOException {
    try {
      return handle.inject(frame, 0, frame.length);
    } catch (PcapException | FrameRefusedException e) {
      throw failure(e);
    }
  }

  @Override
  public Statistics statistics() throws IOException {
    PcapStatistics statistics = handle.statistics();
    return new Statistics(statistics.received(), statistics.dropped());
  }

  @Override
  public int snapshot() {
    return handle.snaplen();
  }

  @Override
  public int datalink() {
    return handle.linktype();
  }

  @Override
  public List<Integer> datalinks() {
    return handle.linktypes();
  }

  @Override
  public void setDatalink(int linktype) throws IOException {
    try {
      handle.setLinktype(linktype);
    } catch (PcapException e) {
      throw failure(e);
    }
  }

  @Override
  public void close() throws IOException {
    handle.close();
  }
}
