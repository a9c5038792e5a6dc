package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unmodified tcpflow: loop, a file for each direction of a connection. */
class TcpflowTest extends PlaceTest {
  private static final String REQUEST = "PUT /needle HTTP/1.0\r\n\r\n" + "hay".repeat(400);
  private static final String RESPONSE = "HTTP/1.0 204 No Content\r\n\r\n";

  @TempDir private Path folder;

  @Test
  void filesHoldBothDirections() throws Exception {
    Tools.assumeInstalled("tcpflow");
    try (Conversation hosts = new Conversation(net);
        RunningTool tcpflow =
            net.nmrun("tcpflow", "-o", folder.toString(), "-i", net.port("client"))) {
      tcpflow.awaitText("listening on");
      hosts.greet();
      hosts.play(80, REQUEST, RESPONSE);
      net.awaitRead("tcpflow", Conversation.GREETING + Conversation.PLAYED);
      tcpflow.interrupt();
      end(tcpflow);
    }
    assertEquals(REQUEST, flow("010.000.000.001.40000-010.000.000.002.00080"));
    assertEquals(RESPONSE, flow("010.000.000.002.00080-010.000.000.001.40000"));
  }

  private String flow(String name) throws Exception {
    return Files.readString(folder.resolve(name));
  }
}
