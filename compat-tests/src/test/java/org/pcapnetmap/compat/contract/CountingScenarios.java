package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What ps_recv and ps_drop mean. */
interface CountingScenarios extends Scenarios {
  int MANY = 5000;
  int LITTLE_ROOM = 1 << 16;

  @Test
  default void countsWhatPassedTheFilter() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    handle.setFilter("ether[14] > 3");
    feed(1, 4, 2, 5, LAST);
    readToLast(handle);
    assertEquals(new Handle.Statistics(3, 0), handle.statistics());
  }

  @Test
  default void countsWhatIsUnread() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    feed(1, 2, 3);
    Scenarios.await(() -> handle.statistics().received() == 3);
    read(handle, 1);
    assertEquals(new Handle.Statistics(3, 0), handle.statistics());
  }

  @Test
  default void countsFromTheBeginning() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    feed(1, LAST);
    readToLast(handle);
    assertEquals(2, handle.statistics().received());
    feed(1, LAST);
    readToLast(handle);
    assertEquals(4, handle.statistics().received());
  }

  @Test
  default void lostOnesAreReceivedAndDropped() throws IOException {
    Handle handle = open(Options.NONBLOCKING.withBufferSize(LITTLE_ROOM));
    network().send(IntStream.range(0, MANY).mapToObj(i -> TestFrames.numbered(1)).toList());
    Scenarios.await(() -> handle.statistics().received() == MANY);
    Handle.Statistics statistics = handle.statistics();
    List<Packet> packets = new ArrayList<>();
    while (handle.dispatch(-1, packets::add) > 0) {
      assertTrue(packets.size() <= MANY);
    }
    assertTrue(statistics.dropped() > 0);
    assertEquals(MANY, packets.size() + statistics.dropped());
    assertEquals(statistics, handle.statistics());
  }
}
