package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** nmcap demo does what the README promises, to the end. */
@Timeout(120)
class NmcapDemoTest {
  @Test
  void showsTcpdumpOnValeBesideTheStockOne() throws Exception {
    Tools.assumeInstalled("tcpdump");
    Tools.assumeInstalled("ip");
    RunningTool demo = Nmcap.run("demo", "--json");
    List<String> out = demo.out();
    assertEquals(3, out.stream().filter(line -> line.contains(" IP 198.18.0.1.9 > ")).count());
    assertTrue(out.stream().anyMatch(line -> line.startsWith("tcpdump on VALE")), demo::toString);
    assertTrue(Nmcap.number(demo, "packets") > 0, demo::toString);
    boolean stock = out.stream().anyMatch(line -> line.startsWith("stock tcpdump on a veth pair "));
    boolean leftOut =
        out.stream().anyMatch(line -> line.contains("left out, a veth pair needs root"));
    assertTrue(stock != leftOut, demo::toString);
    if (stock) {
      assertTrue(Nmcap.number(demo, "stockPackets") > 0, demo::toString);
    }
  }
}
