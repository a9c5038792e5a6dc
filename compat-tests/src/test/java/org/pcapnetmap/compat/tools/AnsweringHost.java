package org.pcapnetmap.compat.tools;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;

/**
 * A host on a switch that answers ARP requests for its address, and on TCP says which of its ports
 * are open: SYN+ACK or RST. All that it is sent can be looked at.
 */
final class AnsweringHost implements AutoCloseable {
  private static final long LOOK_NANOS = 20_000_000;
  private static final int SENDER_MAC_AT = 22;
  private static final int SENDER_IP_AT = 28;
  private static final int TARGET_IP_AT = 38;
  private static final int PROTOCOL_AT = 23;
  private static final int SOURCE_IP_AT = 26;
  private static final int DESTINATION_IP_AT = 30;
  private static final int FLAGS_AT = 47;

  private final Station self;
  private final Set<Integer> openPorts;
  private final NetmapPort port;
  private final Thread thread;
  private final List<byte[]> seen = new ArrayList<>();
  private volatile boolean closed;

  AnsweringHost(TestSwitch net, Station self, Set<Integer> openPorts) throws NetmapException {
    this.self = self;
    this.openPorts = openPorts;
    port = NetmapPort.open(net.port("host"));
    thread = new Thread(this::answer, "answering host");
    thread.start();
  }

  private void answer() {
    try {
      while (!closed) {
        port.await(NetmapPort.POLLIN, LOOK_NANOS);
        for (byte[] frame : take()) {
          answer(ByteBuffer.wrap(frame));
        }
      }
    } catch (NetmapException e) {
      throw new IllegalStateException(e);
    }
  }

  private List<byte[]> take() throws NetmapException {
    List<byte[]> frames = Received.frames(port);
    synchronized (seen) {
      seen.addAll(frames);
    }
    return frames;
  }

  /** All frames that have come so far. */
  List<byte[]> seen() {
    synchronized (seen) {
      return List.copyOf(seen);
    }
  }

  private void answer(ByteBuffer frame) throws NetmapException {
    int type = frame.getShort(12) & 0xffff;
    if (type == Station.ETHERTYPE_ARP && frame.get(21) == 1) {
      answerArp(frame);
    } else if (type == Station.ETHERTYPE_IPV4
        && frame.get(PROTOCOL_AT) == Station.PROTOCOL_TCP
        && frame.getInt(DESTINATION_IP_AT) == self.ip()) {
      answerTcp(frame);
    }
  }

  private void answerArp(ByteBuffer request) throws NetmapException {
    if (request.getInt(TARGET_IP_AT) == self.ip()) {
      send(self.arpReply(mac(request, SENDER_MAC_AT), request.getInt(SENDER_IP_AT)));
    }
  }

  private void answerTcp(ByteBuffer segment) throws NetmapException {
    if ((segment.get(FLAGS_AT) & (Station.SYN | Station.ACK | Station.RST)) != Station.SYN) {
      return;
    }
    int to = segment.getShort(Station.TCP_AT + 2) & 0xffff;
    int flags = Station.ACK | (openPorts.contains(to) ? Station.SYN : Station.RST);
    send(
        self.tcp(
            mac(segment, 6),
            segment.getInt(SOURCE_IP_AT),
            to,
            segment.getShort(Station.TCP_AT) & 0xffff,
            flags,
            7777,
            segment.getInt(Station.TCP_AT + 4) + 1,
            new byte[0],
            ""));
  }

  private static byte[] mac(ByteBuffer frame, int at) {
    byte[] mac = new byte[6];
    frame.get(at, mac);
    return mac;
  }

  private void send(byte[] frame) throws NetmapException {
    TestSwitch.send(port, List.of(frame));
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
    port.close();
  }
}
