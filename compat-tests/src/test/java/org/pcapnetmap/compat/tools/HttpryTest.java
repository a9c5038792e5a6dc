package org.pcapnetmap.compat.tools;

import org.junit.jupiter.api.Test;

/** Unmodified httpry: loop with a filter. */
class HttpryTest extends PlaceTest {
  @Test
  void logsRequestAndResponse() throws Exception {
    Tools.assumeInstalled("httpry");
    try (Conversation hosts = new Conversation(net);
        RunningTool httpry = net.nmrun("httpry", "-F", "-i", net.port("client"))) {
      httpry.awaitText("Starting capture");
      hosts.greet();
      hosts.play(80, "GET /needle HTTP/1.1\r\nHost: haystack\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n");
      httpry.awaitText("200\tOK");
      httpry.interrupt();
      httpry.exitCode();
      assertLine(httpry, "10.0.0.1\t10.0.0.2\t>\tGET\thaystack\t/needle\tHTTP/1.1");
      httpry.awaitText("8 packets received, 0 packets dropped, 2 http packets parsed");
      assertLine(httpry, "10.0.0.2\t10.0.0.1\t<\t", "HTTP/1.1\t200\tOK");
    }
  }
}
