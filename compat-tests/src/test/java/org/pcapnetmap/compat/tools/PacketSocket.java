package org.pcapnetmap.compat.tools;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** A packet socket of the kernel's on an interface: it sends there, and gets what arrives. */
final class PacketSocket implements Peer {
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW_CLOEXEC = 0x80003;
  private static final int ETH_P_ALL_SWAPPED = 0x0300;
  private static final int SOL_PACKET = 263;
  private static final int PACKET_IGNORE_OUTGOING = 23;
  private static final int SOL_SOCKET = 1;
  private static final int SO_RCVBUFFORCE = 33;
  private static final int ROOM = 64 << 20;
  private static final int LONGEST = 65536;
  private static final short POLLIN = 1;
  private static final long NANOS_A_MILLI = 1_000_000;

  /** A pair's own queues hold some hundred frames, and the kernel's thread wants to empty them. */
  private static final int BURST = 32;

  private interface LibC extends Library {
    LibC C = Native.load("c", LibC.class);

    int socket(int domain, int type, int protocol) throws LastErrorException;

    int setsockopt(int socket, int level, int name, int[] value, int length)
        throws LastErrorException;

    int bind(int socket, byte[] address, int length) throws LastErrorException;

    int if_nametoindex(String name) throws LastErrorException;

    long send(int socket, byte[] frame, long length, int flags) throws LastErrorException;

    long recv(int socket, byte[] frame, long length, int flags) throws LastErrorException;

    int poll(Memory descriptors, long count, int millis) throws LastErrorException;

    int close(int descriptor) throws LastErrorException;
  }

  private final int socket;
  private final byte[] frame = new byte[LONGEST];

  /** On an interface of this thread's network namespace. */
  PacketSocket(String device) {
    socket = LibC.C.socket(AF_PACKET, SOCK_RAW_CLOEXEC, 0);
    LibC.C.setsockopt(socket, SOL_SOCKET, SO_RCVBUFFORCE, new int[] {ROOM}, Integer.BYTES);
    LibC.C.setsockopt(socket, SOL_PACKET, PACKET_IGNORE_OUTGOING, new int[] {1}, Integer.BYTES);
    byte[] address = address(LibC.C.if_nametoindex(device));
    LibC.C.bind(socket, address, address.length);
  }

  /** A sockaddr_ll. */
  private static byte[] address(int ifindex) {
    ByteBuffer address = ByteBuffer.allocate(20).order(ByteOrder.nativeOrder());
    address.putShort((short) AF_PACKET).putShort((short) ETH_P_ALL_SWAPPED).putInt(ifindex);
    return address.array();
  }

  @Override
  public void send(List<byte[]> frames) throws IOException {
    for (int i = 0; i < frames.size(); i++) {
      if (i % BURST == BURST - 1) {
        LockSupport.parkNanos(NANOS_A_MILLI);
      }
      LibC.C.send(socket, frames.get(i), frames.get(i).length, 0);
    }
  }

  private boolean readable(int millis) {
    try (Memory pollfd = new Memory(8)) {
      pollfd.setInt(0, socket);
      pollfd.setInt(4, POLLIN);
      return LibC.C.poll(pollfd, 1, millis) > 0;
    }
  }

  @Override
  public void await(long nanos) {
    readable((int) (nanos / NANOS_A_MILLI));
  }

  @Override
  public List<byte[]> take() {
    List<byte[]> frames = new ArrayList<>();
    while (readable(0)) {
      int length = (int) LibC.C.recv(socket, frame, frame.length, 0);
      frames.add(Arrays.copyOf(frame, length));
    }
    return frames;
  }

  @Override
  public void close() {
    LibC.C.close(socket);
  }
}
