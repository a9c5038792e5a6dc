package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The host's TCP connections go on while unmodified tcpdump shares its interface, and ends. */
@Timeout(180)
class HostConnectionTest {
  private static final int PORT = 7077;
  private static final int BACKLOG = 1;
  private static final int STALLS_MS = 30_000;
  private static final int BULK = 4 << 20;
  private static final int KEYSTROKES = 20;

  private HostPair hosts;

  @BeforeEach
  void open() throws Exception {
    Tools.assumeInstalled("tcpdump");
    hosts = new HostPair();
  }

  @AfterEach
  void close() {
    if (hosts != null) {
      hosts.close();
    }
  }

  private RunningTool tcpdump() throws Exception {
    RunningTool tcpdump =
        hosts.near(
            Tools.NMRUN, "tcpdump", "-n", "-i", "netmap:" + HostPair.NEAR, "-w", "/dev/null");
    tcpdump.awaitText("listening on");
    return tcpdump;
  }

  /** Either host begins the connection; a capture begins before or in it, and ends so. */
  @ParameterizedTest
  @CsvSource({"NEAR,true,KILL", "NEAR,false,INT", "FAR,true,INT", "FAR,false,KILL"})
  void neitherTransferNorKeystrokesStall(String connects, boolean before, String end)
      throws Exception {
    boolean fromNear = connects.equals("NEAR");
    Namespace client = fromNear ? hosts.nearNetwork() : hosts.farNetwork();
    Namespace server = fromNear ? hosts.farNetwork() : hosts.nearNetwork();
    String address = fromNear ? HostPair.FAR_ADDRESS : HostPair.NEAR_ADDRESS;
    RunningTool tcpdump = before ? tcpdump() : null;
    try (ServerSocket listener = server.inside(() -> listen(address));
        Socket one = client.inside(() -> connect(address));
        Socket other = listener.accept()) {
      other.setSoTimeout(STALLS_MS);
      goesOn(one, other);
      tcpdump = before ? tcpdump : tcpdump();
      goesOn(one, other);
      CompletableFuture<byte[]> transfer = transferred(one, other);
      tcpdump.signal(end);
      tcpdump.exitCode();
      assertArrayEquals(new byte[BULK], transfer.join());
      goesOn(one, other);
    } finally {
      if (tcpdump != null) {
        tcpdump.close();
      }
    }
    assertTrue(hosts.isConnected(), "the hosts reach each other afterwards");
  }

  private static ServerSocket listen(String address) throws IOException {
    ServerSocket listener = new ServerSocket();
    listener.setReuseAddress(true);
    listener.bind(new InetSocketAddress(address, PORT), BACKLOG);
    return listener;
  }

  private static Socket connect(String address) throws IOException {
    Socket socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(STALLS_MS);
    socket.connect(new InetSocketAddress(address, PORT), STALLS_MS);
    return socket;
  }

  private static void goesOn(Socket one, Socket other) throws IOException {
    assertArrayEquals(new byte[BULK], transferred(one, other).join());
    assertArrayEquals(new byte[BULK], transferred(other, one).join());
    for (int i = 0; i < KEYSTROKES; i++) {
      assertTyped(one, other, i);
      assertTyped(other, one, i);
    }
  }

  private static void assertTyped(Socket from, Socket to, int key) throws IOException {
    from.getOutputStream().write(key);
    assertEquals(key, to.getInputStream().read(), "a keystroke comes");
  }

  /** What comes of a transfer that begins now. */
  private static CompletableFuture<byte[]> transferred(Socket from, Socket to) {
    CompletableFuture<Void> sent = CompletableFuture.runAsync(() -> send(from));
    return CompletableFuture.supplyAsync(() -> receive(to)).thenCombine(sent, (bytes, v) -> bytes);
  }

  private static void send(Socket to) {
    try {
      to.getOutputStream().write(new byte[BULK]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] receive(Socket from) {
    try {
      return from.getInputStream().readNBytes(BULK);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
