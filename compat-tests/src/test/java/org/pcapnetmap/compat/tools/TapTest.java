package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Two hosts, each a network namespace, joined by interfaces that nmrun makes on one switch. */
@Timeout(180)
class TapTest {
  @BeforeEach
  void assumeInterfaces() {
    Tools.assumeRoot();
    Tools.assumeInstalled("unshare");
    Tools.assumeInstalled("ip");
    assumeTrue(Files.isWritable(Path.of("/dev/net/tun")), "there is no /dev/net/tun");
  }

  /** A host with the address 10.9.0.number, on the port of that number. */
  private static RunningTool host(TestSwitch net, int number, String... program) throws Exception {
    String tap = "net" + number + "=" + net.port("" + number) + ",10.9.0." + number + "/24";
    List<String> command = new ArrayList<>(List.of("unshare", "-n", Tools.NMRUN, "--tap", tap));
    command.addAll(List.of(program));
    return RunningTool.start(command.toArray(String[]::new));
  }

  private static RunningTool answering(TestSwitch net) throws Exception {
    RunningTool other = host(net, 2, "sh", "-c", "echo up; exec sleep 120");
    other.awaitText("up");
    return other;
  }

  @Test
  void pingGoesThroughTheSwitch() throws Exception {
    Tools.assumeInstalled("ping");
    try (TestSwitch net = new TestSwitch();
        RunningTool other = answering(net);
        RunningTool ping = host(net, 1, "ping", "-c", "5", "-i", "0.1", "-W", "20", "10.9.0.2")) {
      assertEquals(0, ping.exitCode(), ping::toString);
      assertTrue(
          ping.toString().contains("5 packets transmitted, 5 received, 0% packet loss"),
          ping::toString);
      other.signal("TERM");
      assertEquals(128 + 15, other.exitCode());
      net.assertNobodyLeft();
    }
  }

  /** What this host sends and gets, as on any interface. */
  @Test
  void tcpdumpSeesBothSidesOfTheHost() throws Exception {
    Tools.assumeInstalled("ping");
    Tools.assumeInstalled("tcpdump");
    String script =
        "tcpdump -i net1 -n -t -c 4 -w - icmp 2>/dev/null | tcpdump -n -t -r - 2>/dev/null &"
            + " while ! ping -c 1 -W 1 10.9.0.2 >/dev/null; do :; done;"
            + " while kill -0 $! 2>/dev/null; do ping -c 1 -W 1 10.9.0.2 >/dev/null; done; wait";
    try (TestSwitch net = new TestSwitch();
        RunningTool other = answering(net);
        RunningTool tcpdump = host(net, 1, "sh", "-c", script)) {
      assertEquals(0, tcpdump.exitCode(), tcpdump::toString);
      String text = String.join("\n", tcpdump.out());
      assertTrue(text.contains("10.9.0.1 > 10.9.0.2: ICMP echo request"), text);
      assertTrue(text.contains("10.9.0.2 > 10.9.0.1: ICMP echo reply"), text);
      other.signal("TERM");
      other.exitCode();
    }
  }

  /** A stream of 20 MB between ordinary sockets arrives as it was sent. */
  @Test
  void streamsArriveWhole() throws Exception {
    Tools.assumeInstalled("python3");
    String server =
        """
        import socket,hashlib
        s=socket.create_server(('10.9.0.2',7000)); print('up',flush=True)
        c,_=s.accept(); h=hashlib.sha256(); n=0
        while True:
            b=c.recv(65536)
            if not b: break
            h.update(b); n+=len(b)
        print(n,h.hexdigest())
        """;
    String client =
        """
        import socket,hashlib,random
        b=random.Random(1).randbytes(20000000)
        s=socket.create_connection(('10.9.0.2',7000)); s.sendall(b); s.close()
        print(len(b),hashlib.sha256(b).hexdigest())
        """;
    try (TestSwitch net = new TestSwitch();
        RunningTool to = host(net, 2, "/usr/bin/python3", "-c", server)) {
      to.awaitText("up");
      try (RunningTool from = host(net, 1, "/usr/bin/python3", "-c", client)) {
        assertEquals(0, to.exitCode(), to::toString);
        assertEquals(0, from.exitCode(), from::toString);
        assertEquals(from.out().get(0), to.out().get(1));
      }
    }
  }
}
