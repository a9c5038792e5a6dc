package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.pcapnetmap.pcap.FilterCompiler;

/** Filter expressions: what they accept, when they take hold. */
interface FilterScenarios extends Scenarios {
  @Test
  default void filterAcceptsWhatItSays() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    handle.setFilter("ether[14] > 3");
    feed(1, 4, 2, 5, 3, LAST);
    assertEquals(List.of(4, 5), Scenarios.numbers(readToLast(handle)));
  }

  @Test
  default void emptyFilterAcceptsAll() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    handle.setFilter("ether[14] > 3");
    handle.setFilter("");
    feed(1, 4, LAST);
    assertEquals(List.of(1, 4), Scenarios.numbers(readToLast(handle)));
  }

  @Test
  default void newFilterDropsWhatItRejectsOfTheUnread() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    feed(1, 2, 3);
    Scenarios.await(() -> handle.statistics().received() == 3);
    read(handle, 1);
    handle.setFilter("ether[14] > 2");
    feed(4, LAST);
    assertEquals(List.of(3, 4), Scenarios.numbers(readToLast(handle)));
    assertEquals(5, handle.statistics().received());
  }

  @Test
  default void newFilterInTheHandlerHoldsFromTheNextPacketOn() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    List<Packet> packets = new ArrayList<>();
    feed(1, 2, 3);
    Scenarios.await(() -> handle.statistics().received() == 3);
    handle.dispatch(
        -1,
        packet -> {
          packets.add(packet);
          Unchecked.run(() -> handle.setFilter("ether[14] > 4"));
        });
    feed(4, 5, LAST);
    assertEquals(List.of(1), Scenarios.numbers(packets));
    assertEquals(List.of(5), Scenarios.numbers(readToLast(handle)));
  }

  /** The kernel takes 4096 instructions, and so does the device: this is run at the read. */
  @Test
  default void expressionsThatAreTooLongForTheKernelHoldAllTheSame() throws Exception {
    String others =
        IntStream.range(0, 2500)
            .mapToObj(i -> "ether[%d:4] = %d".formatted(14 + i % 40, 0x7000_0000 + i))
            .collect(Collectors.joining(" or "));
    String expression = others + " or ether[14] > 3";
    assertTrue(FilterCompiler.compile(expression, DatalinkScenarios.EN10MB, 100).length() > 4096);
    Handle handle = open(Options.NONBLOCKING);
    handle.setFilter(expression);
    feed(1, 4, 2, 5, LAST);
    assertEquals(List.of(4, 5), Scenarios.numbers(readToLast(handle)));
    handle.setFilter("ether[14] > 4");
    feed(4, 5, LAST);
    assertEquals(List.of(5), Scenarios.numbers(readToLast(handle)));
  }

  @Test
  default void wrongExpressionIsExplained() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    PcapFailure failure =
        assertThrows(PcapFailure.class, () -> handle.setFilter("no such thing at all"));
    assertTrue(
        failure.getMessage().contains("can't parse filter expression: syntax error"),
        failure::getMessage);
    feed(1, LAST);
    assertEquals(List.of(1), Scenarios.numbers(readToLast(handle)));
  }
}
