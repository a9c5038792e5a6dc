package org.pcapnetmap.compat.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URL;
import org.junit.jupiter.api.Test;

/** Unmodified darkstat: it selects on the descriptor, chroots and changes its user. */
class DarkstatTest extends PlaceTest {
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static String page(int port, String path) throws IOException {
    try (InputStream in = new URL("http://127.0.0.1:" + port + path).openStream()) {
      return new String(in.readAllBytes(), UTF_8);
    }
  }

  @Test
  void countsTheBytesOfHosts() throws Exception {
    Tools.assumeInstalled("darkstat");
    Tools.assumeRoot();
    int web = freePort();
    try (Conversation hosts = new Conversation(net);
        RunningTool darkstat =
            net.nmrun(
                "darkstat",
                "-i",
                net.port("client"),
                "--no-daemon",
                "--no-dns",
                "--verbose",
                "-b",
                "127.0.0.1",
                "-p",
                "" + web)) {
      net.awaitOpened("darkstat");
      darkstat.awaitText("entering main loop");
      hosts.play(80, "request", "response");
      net.awaitRead("darkstat", Conversation.PLAYED);
      String client = net.inside(() -> page(web, "/hosts/10.0.0.1/"));
      assertTrue(client.contains("02:00:00:00:00:01"), client);
      // Five segments out, three in: 40 bytes each, the first with options, and the payloads.
      assertTrue(client.replace("\n", "").contains("<b>Out:</b> 227"), client);
      assertTrue(client.replace("\n", "").contains("<b>In:</b> 128"), client);
      darkstat.signal("TERM");
      end(darkstat);
    }
  }
}
