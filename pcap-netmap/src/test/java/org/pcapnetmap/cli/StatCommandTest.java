package org.pcapnetmap.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcapnetmap.netmap.NetmapDevice;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.NetmapPort;
import org.pcapnetmap.netmap.OpeningInfo;

/** {@code nmcap stat} shows openings and pairs, as tables, redrawn on a terminal, or as JSON. */
class StatCommandTest {
  private static final String[] ONCE = {"stat", "--interval", "0.01", "--count", "1"};
  private static final int FRAME = 60;

  private final String network =
      "vale" + Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX) + "stat";
  private NetmapPort from;
  private NetmapPort shared;
  private NetmapPort to;

  /** Three frames from one port to another; the first has two openings, which share rings. */
  @BeforeEach
  void send() throws NetmapException {
    from = NetmapPort.open(network + ":from");
    shared = NetmapPort.open(network + ":from");
    to = NetmapPort.open(network + ":to");
    byte[] frame = new byte[FRAME];
    Arrays.fill(frame, 0, 6, (byte) 0xff);
    frame[6] = 2;
    for (int i = 0; i < 3; i++) {
      assertTrue(from.txRing(0).offer(frame, 0, FRAME));
    }
    from.txSync();
  }

  @AfterEach
  void close() {
    List.of(from, shared, to).forEach(NetmapPort::close);
  }

  @Test
  void jsonHasOpeningsAndPairsWithCountersAndRates() {
    List<String> lines = run(false, "--json");
    assertEquals(2, lines.size(), lines::toString);
    String look = lines.get(0);
    assertTrue(look.matches("\\{\"seconds\":0\\.\\d+,\"openings\":\\[.*],\"pairs\":\\[.*]}"), look);
    assertTrue(look.contains("{\"port\":\"" + network + ":to\",\"path\":\"\",\"program\":"), look);
    assertTrue(
        look.contains(
            "\"from\":\"" + network + ":from\",\"to\":\"" + network + ":to\",\"sender\":0,"),
        look);
    assertTrue(
        look.contains(
            "\"takeovers\":0,\"total\":{\"offered\":3,\"accepted\":3,\"acceptedBytes\":180,"
                + "\"dropped\":0,\"filtered\":0,\"wakeups\":0,\"takeovers\":0}}"),
        look);
    assertTrue(lines.get(1).startsWith("{\"command\":\"stat\",\"packets\":"), lines.get(1));
  }

  @Test
  void pairsAreShownWhenAskedFor() {
    String row = network + ":from (0)  " + network + ":to (2)";
    assertEquals(0, count(run(false), row));
    assertEquals(1, count(run(false, "--pairs"), row));
  }

  @Test
  void tablesAreApartAndEndWithoutAnEmptyLine() {
    List<String> lines = run(false);
    assertTrue(lines.get(0).startsWith("PORT"), lines::toString);
    assertFalse(lines.get(lines.size() - 1).isEmpty(), lines::toString);
  }

  @Test
  void aTerminalIsRedrawn() {
    assertEquals(0, count(run(false), "\u001b["));
    assertEquals(1, count(run(true), "\u001b[H\u001b[JPORT"));
  }

  @Test
  void ringsThatAreSharedCountOnceInSums() throws NetmapException {
    byte[] answer = new byte[FRAME];
    answer[0] = 2;
    answer[6] = 4;
    assertTrue(to.txRing(0).offer(answer, 0, FRAME));
    to.txSync();
    List<OpeningInfo> ours =
        NetmapDevice.list().stream().filter(o -> o.switchName().equals(network)).toList();
    assertEquals(3, ours.size());
    String total = ListCommand.total(ours, Instant.now()).toString();
    assertTrue(total.contains("\"sent\":3,\"sentBad\":0,\"offered\":3,\"published\":1,"), total);
    assertTrue(total.startsWith("{\"command\":\"list\",\"packets\":4,\"bytes\":240,"), total);
  }

  @Test
  void lowRatesAreNotNothing() {
    assertEquals("0", RateTables.shown(0));
    assertEquals("0.25", RateTables.shown(0.25));
    assertEquals("480", RateTables.shown(480));
    assertEquals("4.80k", RateTables.shown(4800));
    assertEquals("14.88M", RateTables.shown(14_880_000));
    assertEquals("1.20G", RateTables.shown(1.2e9));
  }

  private static long count(List<String> lines, String part) {
    return lines.stream().filter(line -> line.contains(part)).count();
  }

  private static List<String> run(boolean terminal, String... more) {
    Screen screen = new Screen(terminal);
    List<String> words = new ArrayList<>(List.of(ONCE));
    words.addAll(List.of(more));
    assertEquals(Nmcap.EXIT_SUCCESS, screen.run(words.toArray(String[]::new)));
    return screen.out();
  }
}
