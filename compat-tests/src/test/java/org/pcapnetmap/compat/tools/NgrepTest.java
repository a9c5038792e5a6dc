package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Unmodified ngrep under nmrun: it opens in the old way and searches payloads. */
@Tag("kernel")
@Tag("interface")
@Timeout(180)
class NgrepTest {
  /** Comes when the filter is set. */
  private static final String READY = "match";

  @TempDir private Path folder;

  private Place net;
  private String port;

  @BeforeEach
  void open() throws Exception {
    Tools.assumeInstalled("ngrep");
    net = Place.ofThisRun();
    port = net.port("1");
  }

  @AfterEach
  void close() throws Exception {
    if (net != null) {
      net.assertNobodyLeft();
      net.close();
    }
  }

  private static void end(RunningTool ngrep) throws Exception {
    assertEquals(0, ngrep.exitCode(), ngrep::toString);
  }

  @Test
  void printsWhatMatches() throws Exception {
    try (RunningTool ngrep = net.nmrun("ngrep", "-l", "-q", "-d", port, "needle")) {
      ngrep.awaitText(READY);
      net.send(
          List.of(
              Frames.udpText(9999, "some hay in the stack"),
              Frames.udpText(9999, "a needle in the stack"),
              Frames.udpText(9999, "more hay in the stack"),
              Frames.udpText(9998, "another needle there!")));
      ngrep.awaitText("another");
      ngrep.interrupt();
      end(ngrep);
      String text = String.join("\n", ngrep.out());
      assertTrue(text.contains("U 10.0.0.1:4000 -> 10.0.0.2:9999 #2"), text);
      assertTrue(text.contains("a needle in the stack"), text);
      assertTrue(text.contains("U 10.0.0.1:4000 -> 10.0.0.2:9998 #4"), text);
      assertTrue(!text.contains("hay"), text);
    }
  }

  @Test
  void filterComesFirst() throws Exception {
    try (RunningTool ngrep =
        net.nmrun("ngrep", "-l", "-q", "-n", "1", "-d", port, "needle", "udp port 9998")) {
      ngrep.awaitText(READY);
      net.send(
          List.of(
              Frames.udpText(9999, "a needle in the stack"),
              Frames.udpText(9998, "another needle there!")));
      end(ngrep);
      String text = String.join("\n", ngrep.out());
      assertTrue(text.contains("U 10.0.0.1:4000 -> 10.0.0.2:9998 #1"), text);
      assertTrue(!text.contains("in the stack"), text);
    }
  }

  @Test
  void savefileHoldsWhatMatched() throws Exception {
    List<byte[]> frames = Frames.mixed(300);
    Path file = folder.resolve("matched.pcap");
    try (RunningTool ngrep =
        net.nmrun("ngrep", "-l", "-q", "-n", "300", "-O", file.toString(), "-d", port, "")) {
      ngrep.awaitText("output: ");
      ngrep.awaitText("filter: ");
      net.send(frames);
      end(ngrep);
    }
    assertEquals(Savefiles.expected(frames, Integer.MAX_VALUE), Savefiles.read(file));
  }
}
