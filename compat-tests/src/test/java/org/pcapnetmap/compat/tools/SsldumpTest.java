package org.pcapnetmap.compat.tools;

import org.junit.jupiter.api.Test;

/** Unmodified ssldump: loop, TCP streams put together. */
class SsldumpTest extends PlaceTest {
  /** A record with an alert in it: fatal, handshake_failure. */
  private static final String ALERT = "\u0015\u0003\u0003\u0000\u0002\u0002(";

  /**
   * The shortest hello there is: TLS 1.2, no session, one cipher suite, no compression or
   * extension.
   */
  private static final String HELLO =
      "\u0016\u0003\u0001\u0000/\u0001\u0000\u0000+\u0003\u0003"
          + "R".repeat(32)
          + "\u0000\u0000\u0002\u0000/\u0001\u0000\u0000\u0000";

  @Test
  void decodesHandshakes() throws Exception {
    Tools.assumeInstalled("ssldump");
    try (Conversation hosts = new Conversation(net);
        RunningTool ssldump =
            net.nmrun("ssldump", "-n", "-i", net.port("client"), "tcp port 443")) {
      net.awaitFilter("ssldump");
      hosts.greet();
      hosts.play(443, HELLO, ALERT);
      net.awaitRead("ssldump", Conversation.PLAYED);
      ssldump.interrupt();
      ssldump.exitCode();
      assertLine(ssldump, "New TCP connection #1: 10.0.0.1(40000) <-> 10.0.0.2(443)");
      assertLine(ssldump, "ClientHello");
      assertLine(ssldump, "handshake_failure");
      assertLine(ssldump, "TLS_RSA_WITH_AES_128_CBC_SHA");
    }
  }
}
