package org.pcapnetmap.cli.demo;

import com.sun.jna.LastErrorException;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.pcapnetmap.cli.CommandException;

/** A Linux packet socket that sends one frame over and over, many with each system call. */
final class PacketSocket implements Closeable {
  private static final int BATCH = 256;
  private static final int AF_PACKET = 17;
  private static final int SOCK_RAW = 3;
  private static final int SOL_PACKET = 263;
  private static final int PACKET_QDISC_BYPASS = 20;

  /** struct sockaddr_ll: family (2), protocol (2), interface (4), and 12 bytes of no use here. */
  private static final int ADDRESS_SIZE = 20;

  private static final int ADDRESS_INTERFACE = 4;

  /** struct mmsghdr on 64-bit Linux: a msghdr of 56 bytes, then the result. */
  private static final int MESSAGE_SIZE = 64;

  private static final int MESSAGE_IOV = 16;
  private static final int MESSAGE_IOV_COUNT = 24;

  /** Errors that pass: EAGAIN, and ENOBUFS when the interface has no room just now. */
  private static final int EAGAIN = 11;

  private static final int ENOBUFS = 105;

  private final int descriptor;
  private final Memory frame;
  private final Memory vector = new Memory(2L * Long.BYTES);
  private final Memory messages = new Memory((long) BATCH * MESSAGE_SIZE);

  PacketSocket(String networkInterface, ByteBuffer content) throws IOException {
    frame = new Memory(content.capacity());
    frame.getByteBuffer(0, content.capacity()).put(0, content, 0, content.capacity());
    vector.setPointer(0, frame);
    vector.setLong(Long.BYTES, content.capacity());
    prepareMessages();
    descriptor = open(networkInterface);
  }

  private void prepareMessages() {
    messages.clear();
    for (long at = 0; at < messages.size(); at += MESSAGE_SIZE) {
      messages.setPointer(at + MESSAGE_IOV, vector);
      messages.setLong(at + MESSAGE_IOV_COUNT, 1);
    }
  }

  private static int open(String networkInterface) throws IOException {
    try {
      int socket = LibC.socket(AF_PACKET, SOCK_RAW, 0);
      Memory address = new Memory(ADDRESS_SIZE);
      address.clear();
      address.setShort(0, (short) AF_PACKET);
      address.setInt(ADDRESS_INTERFACE, LibC.if_nametoindex(networkInterface));
      LibC.bind(socket, address, ADDRESS_SIZE);
      Memory on = new Memory(Integer.BYTES);
      on.setInt(0, 1);
      LibC.setsockopt(socket, SOL_PACKET, PACKET_QDISC_BYPASS, on, Integer.BYTES);
      return socket;
    } catch (LastErrorException e) {
      throw failure(networkInterface, e);
    }
  }

  private static CommandException failure(String name, LastErrorException e) {
    return new CommandException("demo: " + name + ": packet socket: " + e.getMessage());
  }

  /** Sends the frame many times; what the interface has no room for is lost. */
  void send() throws IOException {
    try {
      LibC.sendmmsg(descriptor, messages, BATCH, 0);
    } catch (LastErrorException e) {
      if (e.getErrorCode() != EAGAIN && e.getErrorCode() != ENOBUFS) {
        throw failure("sendmmsg", e);
      }
    }
  }

  @Override
  public void close() throws IOException {
    LibC.close(descriptor);
  }

  private static final class LibC {
    static {
      Native.register(LibC.class, "c");
    }

    private LibC() {}

    static native int socket(int domain, int type, int protocol) throws LastErrorException;

    static native int bind(int socket, Pointer address, int length) throws LastErrorException;

    static native int setsockopt(int socket, int level, int name, Pointer value, int length)
        throws LastErrorException;

    static native int sendmmsg(int socket, Pointer messages, int count, int flags)
        throws LastErrorException;

    static native int if_nametoindex(String name) throws LastErrorException;

    static native int close(int descriptor) throws LastErrorException;
  }
}
