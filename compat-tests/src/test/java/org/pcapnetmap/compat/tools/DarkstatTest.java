package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Unmodified darkstat: it selects on the descriptor, chroots and changes its user. */
class DarkstatTest extends SwitchTest {
  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private static String page(int port, String path) throws Exception {
    URI address = URI.create("http://127.0.0.1:" + port + path);
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void countsTheBytesOfHosts() throws Exception {
    Tools.assumeInstalled("darkstat");
    Tools.assumeRoot();
    int web = freePort();
    try (Conversation hosts = new Conversation(net);
        RunningTool darkstat =
            Tools.nmrun(
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
      net.awaitAllRead("darkstat");
      String client = page(web, "/hosts/10.0.0.1/");
      assertTrue(client.contains("02:00:00:00:00:01"), client);
      // Five segments out, three in: 40 bytes each, the first with options, and the payloads.
      assertTrue(client.replace("\n", "").contains("<b>Out:</b> 227"), client);
      assertTrue(client.replace("\n", "").contains("<b>In:</b> 128"), client);
      darkstat.signal("TERM");
      end(darkstat);
    }
  }
}
