package org.pcapnetmap.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;

/**
 * {@code nmcap list --errors} tells what went wrong on a switch, as long as there is the switch.
 */
class ListCommandTest {
  private static final int OUT_OF_RANGE = 1_000_000;

  private final String network =
      "vale" + Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX) + "list";
  private final String port = network + ":spoiled";

  @Test
  void errorsAreListedByKindAndPortWithTheirCounts() throws Exception {
    try (NetmapPort opened = NetmapPort.open(port)) {
      spoilRing(opened);
      spoilRing(opened);
      assertThrows(NetmapException.class, () -> NetmapPort.open(port + "/x"));
      List<String> rows = ofThisSwitch("list", "--errors");
      assertEquals(2, rows.size(), rows::toString);
      assertTrue(rows.get(0).matches("2 .* " + port + ": the program set .*"), rows.get(0));
      assertTrue(rows.get(1).matches("1 .* " + port + "/x: could not be .*"), rows.get(1));
      checkJson(ofThisSwitch("list", "--errors", "--json").get(0));
    }
    assertEquals(List.of(), ofThisSwitch("list", "--errors"));
  }

  @Test
  void whatCapturesWarmUpOnIsNotListed() throws Exception {
    String warm = OpenPorts.WARM_UP + ProcessHandle.current().pid() % 10_000_000;
    try (NetmapPort shown = NetmapPort.open(OpenPorts.WARM_UP + "x:1");
        NetmapPort hidden = NetmapPort.open(warm + ":1")) {
      Screen screen = new Screen();
      assertEquals(Nmcap.EXIT_SUCCESS, screen.run("list"));
      assertTrue(screen.out().stream().anyMatch(line -> line.contains(shown.name())));
      assertTrue(screen.out().stream().noneMatch(line -> line.contains(hidden.name())));
    }
  }

  private static void spoilRing(NetmapPort port) {
    port.txRing(0).setHead(OUT_OF_RANGE);
    assertThrows(NetmapException.class, port::txSync);
  }

  private void checkJson(String json) {
    String begin = "\"switch\":\"" + network + "\",\"kind\":";
    assertTrue(json.startsWith("{\"command\":\"list\",\"packets\":"), json);
    assertTrue(json.contains(begin + "\"ring\",\"count\":2,\"first\":"), json);
    assertTrue(json.contains(begin + "\"open\",\"count\":1,\"first\":"), json);
  }

  private List<String> ofThisSwitch(String... words) {
    Screen screen = new Screen();
    assertEquals(Nmcap.EXIT_SUCCESS, screen.run(words));
    return screen.out().stream().filter(line -> line.contains(network)).map(String::strip).toList();
  }
}
