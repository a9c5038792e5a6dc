package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An interface whose link is lost while a program has it, beside stock libpcap. */
@Timeout(180)
class LinkLossTest {
  private static final String STOCK = HostPair.NEAR;
  private static final String NIC = "netmap:" + HostPair.NEAR;
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final long LOOK_AGAIN_NANOS = 5_000_000;

  // Until it is refused; then more than any queue has room for; then until it is not.
  private static final String SENDER =
      """
      import ctypes, sys, time
      p = ctypes.CDLL("libpcap.so.0.8")
      p.pcap_open_live.restype = ctypes.c_void_p
      p.pcap_geterr.restype = ctypes.c_char_p
      e = ctypes.create_string_buffer(256)
      h = ctypes.c_void_p(p.pcap_open_live(sys.argv[1].encode(), 65535, 1, 10, e))
      frame = b"\\xff" * 6 + b"\\2\\0\\0\\0\\0\\x09\\x88\\xb5" + b"x" * 46
      sends = lambda: p.pcap_inject(h, frame, len(frame)) == len(frame)
      print("sent", sum(sends() for i in range(10)), flush=True)
      while sends():
          time.sleep(0.001)
      refused = sum(not sends() for i in range(10000))
      print("refused %d: %s" % (refused, p.pcap_geterr(h).decode()), flush=True)
      while not sends():
          time.sleep(0.001)
      print("sent again", flush=True)
      """;

  @TempDir private Path folder;

  private HostPair hosts;
  private String frame;

  @BeforeEach
  void open() throws Exception {
    Tools.assumeInstalled("tcpdump");
    Tools.assumeInstalled("tcpreplay");
    hosts = new HostPair();
    List<byte[]> one = List.of(Frames.udp(53, 60, 0));
    frame = Savefiles.write(folder.resolve("frame.pcap"), one).toString();
  }

  @AfterEach
  void close() {
    if (hosts != null) {
      hosts.close();
    }
  }

  private static void succeeds(RunningTool tool) throws InterruptedException {
    try (tool) {
      assertEquals(0, tool.exitCode(), tool::toString);
    }
  }

  private RunningTool nmrun(String... command) throws IOException {
    String[] all = new String[command.length + 1];
    all[0] = Tools.NMRUN;
    System.arraycopy(command, 0, all, 1, command.length);
    return hosts.near(all);
  }

  private void nearLink(String state) throws Exception {
    succeeds(hosts.near("ip", "link", "set", HostPair.NEAR, state));
  }

  private void farLink(String state) throws Exception {
    succeeds(hosts.far("ip", "link", "set", HostPair.FAR, state));
  }

  private void frameArrives() throws Exception {
    succeeds(hosts.far("tcpreplay", "-q", "-i", HostPair.FAR, frame));
  }

  @ParameterizedTest
  @ValueSource(strings = {STOCK, NIC, NIC + "/x"})
  void tcpdumpReadsOnWhenTheLinkIsBack(String port) throws Exception {
    try (RunningTool tcpdump =
        nmrun("tcpdump", "-n", "-l", "-Z", "root", "-i", port, "-c", "3", "udp port 53")) {
      tcpdump.awaitText("listening on");
      frameArrives();
      awaitShown(tcpdump, 1);
      nearLink("down");
      nearLink("up");
      frameArrives();
      awaitShown(tcpdump, 2);
      farLink("down");
      farLink("up");
      frameArrives();
      assertEquals(0, tcpdump.exitCode(), tcpdump::toString);
    }
  }

  private static void awaitShown(RunningTool tcpdump, int count) {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (tcpdump.out().size() < count && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
    assertEquals(count, tcpdump.out().size(), tcpdump::toString);
  }

  /** Sends too much for any queue meanwhile. */
  @ParameterizedTest
  @ValueSource(strings = {STOCK, NIC, NIC + "/x"})
  void whoSendsIsToldThatTheInterfaceIsDown(String port) throws Exception {
    Tools.assumeInstalled("python3");
    nearLink("down");
    nearLink("up");
    try (RunningTool sender = nmrun("python3", "-c", SENDER, port)) {
      sender.awaitText("sent 10");
      nearLink("down");
      sender.awaitText("refused 10000: send: Network is down");
      nearLink("up");
      sender.awaitText("sent again");
      assertEquals(0, sender.exitCode(), sender::toString);
      assertTrue(sender.err().isEmpty(), sender::toString);
    }
  }
}
