package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How packets begin. */
interface DatalinkScenarios extends Scenarios {
  int EN10MB = 1;
  int RAW = 12;
  int DOCSIS = 143;

  @Test
  default void datalinksAreThoseOfEthernet() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    assertEquals(EN10MB, handle.datalink());
    assertEquals(List.of(EN10MB, DOCSIS), handle.datalinks());
  }

  @Test
  default void datalinkCanBeChosen() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    handle.setDatalink(DOCSIS);
    assertEquals(DOCSIS, handle.datalink());
    feed(1, LAST);
    assertEquals(List.of(1), Scenarios.numbers(readToLast(handle)));
    handle.setDatalink(EN10MB);
    assertEquals(EN10MB, handle.datalink());
  }

  @Test
  default void otherDatalinksAreRefused() throws IOException {
    Handle handle = open(Options.NONBLOCKING);
    PcapFailure failure = assertThrows(PcapFailure.class, () -> handle.setDatalink(RAW));
    assertTrue(failure.getMessage().contains("is not one of the"), failure::getMessage);
  }
}
