package org.pcapnetmap.cli.capture;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.pcap.PacketHandler;

/** Which time the packets of a capture took, and what counts. */
class TallyTest {
  private static final long SECOND = 1_000_000_000;
  private static final long TIME = 1_700_000_000 * SECOND;
  private static final PacketHandler TAKES_ALL =
      (buffer, offset, length, wireLength, timeNanos, direction) -> {};

  private static void add(Tally tally, long time) throws IOException {
    tally.onPacket(ByteBuffer.allocate(60), 0, 60, 100, time, Direction.IN);
  }

  @Test
  void theSpanIsFromTheFirstArrivalToTheLast() throws Exception {
    Tally tally = Tally.ofArrivals(TAKES_ALL);
    add(tally, TIME + SECOND);
    add(tally, TIME); // by the clock of another sender
    add(tally, TIME + 3 * SECOND);
    tally.end();
    assertEquals(3, tally.packets());
    assertEquals(300, tally.bytes());
    assertEquals(3.0, tally.seconds());
    assertEquals(1.0, tally.packetsPerSecond());
  }

  @Test
  void withoutASpanTheTimeIsTheCaptures() throws Exception {
    Tally none = Tally.ofArrivals(TAKES_ALL);
    none.end();
    assertEquals(none.elapsedSeconds(), none.seconds());
    assertEquals(0, none.packetsPerSecond());
    Tally one = Tally.ofArrivals(TAKES_ALL);
    add(one, TIME);
    add(one, TIME);
    one.end();
    assertEquals(one.elapsedSeconds(), one.seconds());
    assertTrue(one.packetsPerSecond() > 0);
  }

  @Test
  void aSavefilesOwnTimesSayNothingAboutTheReading() throws Exception {
    Tally tally = Tally.ofSavefile(TAKES_ALL);
    add(tally, TIME);
    add(tally, TIME + 1000 * SECOND);
    tally.end();
    assertEquals(tally.elapsedSeconds(), tally.seconds());
    assertTrue(tally.seconds() < 1000);
  }

  @Test
  void whatTheSinkRefusesDoesNotCount() throws Exception {
    Tally tally =
        Tally.ofArrivals(
            (buffer, offset, length, wireLength, timeNanos, direction) -> {
              throw new IOException("refused");
            });
    assertThrows(IOException.class, () -> add(tally, TIME));
    assertEquals(0, tally.packets());
    assertEquals(0, tally.bytes());
  }
}
