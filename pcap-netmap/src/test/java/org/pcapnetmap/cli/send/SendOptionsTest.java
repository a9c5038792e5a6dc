package org.pcapnetmap.cli.send;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.junit.jupiter.api.Test;
import org.pcapnetmap.cli.UsageException;

/** What the command line of a sender means. */
class SendOptionsTest {
  private static SendOptions options(String line) throws Exception {
    CommandLine parsed = new DefaultParser().parse(SendOptions.options(), line.split(" "));
    return SendOptions.of(parsed);
  }

  @Test
  void generatedFramesGoAsFastAsPossible() throws Exception {
    SendOptions options = options("-i vale0:1");
    assertEquals(60, options.size());
    assertEquals(Long.MAX_VALUE, options.count());
    assertEquals(Long.MAX_VALUE, options.durationNanos());
    assertEquals(RateLimit.MAX, options.packetsPerSecond());
    assertFalse(options.ownPace());
  }

  @Test
  void savefilesGoAtTheirOwnPaceUnlessARateIsGiven() throws Exception {
    assertTrue(options("-i vale0:1 -r f").ownPace());
    assertFalse(options("-i vale0:1 -r f --rate 5").ownPace());
    assertFalse(options("-i vale0:1 -r f --rate max").ownPace());
    assertEquals(5000, options("-i vale0:1 -r f --rate 5k").packetsPerSecond());
  }

  @Test
  void loopWithoutANumberIsForEver() throws Exception {
    assertEquals(1, options("-i vale0:1 -r f").rounds());
    assertEquals(3, options("-i vale0:1 -r f --loop 3").rounds());
    assertEquals(Long.MAX_VALUE, options("-i vale0:1 -r f --loop").rounds());
  }

  @Test
  void everyPortHasAnAddressOfItsOwn() throws Exception {
    long first = options("-i vale0:1").source().mac();
    assertEquals(first, options("-i vale0:1").source().mac());
    assertEquals(0x02, first >> 40);
    assertEquals(0x02, options("-i vale0:2").source().mac() >> 40);
    assertTrue(first != options("-i vale0:2").source().mac());
  }

  @Test
  void largeFramesNeedLargeBuffers() throws Exception {
    UsageException e = assertThrows(UsageException.class, () -> options("-i vale0:1 --size 9000"));
    assertTrue(e.getMessage().endsWith("add --buffer-size 9024"), e.getMessage());
    assertEquals(9000, options("-i vale0:1 --size 9000 --buffer-size 9024").size());
  }

  @Test
  void nobodyIsWaitedForOnAnInterface() throws Exception {
    UsageException e =
        assertThrows(UsageException.class, () -> options("-i netmap:eth7/x --wait-for 2"));
    assertTrue(e.getMessage().startsWith("--wait-for 2: on netmap:eth7/x "), e.getMessage());
    assertTrue(e.getMessage().contains("the link, which counts as 1; start"), e.getMessage());
    assertEquals(1, options("-i netmap:eth7 --wait-for 1").waitFor());
    assertEquals(2, options("-i netmap:eth7{1 --wait-for 2").waitFor());
  }
}
