package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.pcapnetmap.cli.Json;

/** The worker of {@link NicTransfer}: {@code sink}, or {@code source ADDRESS SECONDS}. */
public final class TcpTransfer {
  static final Duration PATIENCE = Duration.ofSeconds(20);
  static final String READY = "listening";

  private static final int PORT = 7078;
  private static final int PIECE = 128 << 10;
  private static final double NANOS_PER_SECOND = 1e9;

  private TcpTransfer() {}

  /**
   * Runs one end; the sink ends with the connection and prints what came.
   *
   * @param arguments which end
   * @throws IOException if the connection breaks
   */
  public static void main(String[] arguments) throws IOException {
    ByteBuffer piece = ByteBuffer.allocateDirect(PIECE);
    if (arguments.length == 1) {
      sink(piece);
    } else {
      source(new InetSocketAddress(arguments[1], PORT), Double.parseDouble(arguments[2]), piece);
    }
  }

  private static void source(InetSocketAddress to, double seconds, ByteBuffer piece)
      throws IOException {
    try (SocketChannel channel = SocketChannel.open(to)) {
      long end = System.nanoTime() + (long) (seconds * NANOS_PER_SECOND);
      while (System.nanoTime() < end) {
        channel.write(piece.clear());
      }
    }
  }

  private static void sink(ByteBuffer piece) throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(PORT));
      System.out.println(READY);
      try (SocketChannel channel = listener.accept()) {
        System.out.println(receive(channel, piece));
      }
    }
  }

  private static Json receive(SocketChannel channel, ByteBuffer piece) throws IOException {
    long bytes = 0;
    long start = System.nanoTime();
    int n = channel.read(piece.clear());
    while (n >= 0) {
      bytes += n;
      n = channel.read(piece.clear());
    }
    double seconds = (System.nanoTime() - start) / NANOS_PER_SECOND;
    return new Json().put("bytes", bytes).put("bitsPerSecond", bytes * Byte.SIZE / seconds);
  }
}
