package org.pcapnetmap.compat.tools;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Unmodified p0f: it closes every descriptor before it opens, polls the one it gets, chroots. */
class P0fTest extends PlaceTest {
  private static final String READY = "Entered main event loop";

  @BeforeEach
  void installed() {
    Tools.assumeInstalled("p0f");
  }

  private void recognises(RunningTool p0f) throws Exception {
    try (Conversation hosts = new Conversation(net)) {
      p0f.awaitText(READY);
      hosts.greet();
      hosts.play(80, "GET / HTTP/1.1\r\nHost: needle\r\n\r\n", "HTTP/1.1 200 OK\r\n\r\n");
      p0f.awaitText("10.0.0.1/40000 -> 10.0.0.2/80 (http request)");
      p0f.interrupt();
      end(p0f);
    }
    assertLine(p0f, ".-[ 10.0.0.1/40000 -> 10.0.0.2/80 (syn) ]-");
    assertLine(p0f, "| os       = Linux 2.2.x-3.x");
    assertLine(p0f, "| raw_sig  = 4:64+0:0:1460:mss*44,7:mss,sok,ts,nop,ws:df,id+:0");
  }

  @Test
  void recognisesLinuxByItsSyn() throws Exception {
    try (RunningTool p0f = net.nmrun("p0f", "-i", net.port("client"))) {
      recognises(p0f);
    }
  }

  @Test
  void alsoAfterChrootAndChangeOfUser() throws Exception {
    Tools.assumeRoot();
    try (RunningTool p0f = net.nmrun("p0f", "-u", "daemon", "-i", net.port("client"))) {
      recognises(p0f);
    }
  }
}
