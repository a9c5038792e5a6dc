package org.pcapnetmap.compat.tools;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * A host that answers ARP requests for its address, and on TCP says which of its ports are open:
 * SYN+ACK or RST. All that it is sent can be looked at.
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
  private final Peer peer;
  private final Thread thread;
  private final List<byte[]> seen = new ArrayList<>();
  private volatile boolean closed;

  AnsweringHost(Place net, Station self, Set<Integer> openPorts) throws IOException {
    this.self = self;
    this.openPorts = openPorts;
    peer = net.peer("host");
    thread = new Thread(this::answer, "answering host");
    thread.start();
  }

  private void answer() {
    try {
      while (!closed) {
        peer.await(LOOK_NANOS);
        for (byte[] frame : take()) {
          answer(ByteBuffer.wrap(frame));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<byte[]> take() throws IOException {
    List<byte[]> frames = peer.take();
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

  private void answer(ByteBuffer frame) throws IOException {
    int type = frame.getShort(12) & 0xffff;
    if (type == Station.ETHERTYPE_ARP && frame.get(21) == 1) {
      answerArp(frame);
    } else if (type == Station.ETHERTYPE_IPV4
        && frame.get(PROTOCOL_AT) == Station.PROTOCOL_TCP
        && frame.getInt(DESTINATION_IP_AT) == self.ip()) {
      answerTcp(frame);
    }
  }

  private void answerArp(ByteBuffer request) throws IOException {
    if (request.getInt(TARGET_IP_AT) == self.ip()) {
      send(self.arpReply(mac(request, SENDER_MAC_AT), request.getInt(SENDER_IP_AT)));
    }
  }

  private void answerTcp(ByteBuffer segment) throws IOException {
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

  private void send(byte[] frame) throws IOException {
    peer.send(List.of(frame));
  }

  @Override
  public void close() throws InterruptedException {
    closed = true;
    thread.join();
    peer.close();
  }
}
