package org.pcapnetmap.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** JSON objects on one line. */
class JsonTest {
  @Test
  void writesMembersInOrder() {
    assertEquals(
        "{\"b\":1,\"a\":\"x\",\"d\":0.500000}",
        new Json().put("b", 1).put("a", "x").put("d", 0.5).toString());
  }

  @Test
  void escapesWhatMustNotStandInAText() {
    assertEquals(
        "{\"t\":\"\\\"\\\\\\u000a\\u0001ä\"}", new Json().put("t", "\"\\\n\u0001ä").toString());
  }

  @Test
  void writesListsOfObjects() {
    assertEquals(
        "{\"none\":[],\"two\":[{\"a\":1},{}]}",
        new Json()
            .put("none", List.of())
            .put("two", List.of(new Json().put("a", 1), new Json()))
            .toString());
  }

  @Test
  void knowsNoInfinityAndNoDecimalComma() {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.GERMANY);
    try {
      assertEquals(
          "{\"x\":null,\"y\":1.500000}", new Json().put("x", Double.NaN).put("y", 1.5).toString());
    } finally {
      Locale.setDefault(before);
    }
  }

  @Test
  void aFailureIsAMemberWithItsMessage() {
    assertEquals(
        "{\"a\":1,\"error\":\"disk \\\"full\\\"\"}",
        new Json().put("a", 1).error(new IOException("disk \"full\"")).toString());
    assertEquals("{\"error\":\"null\"}", new Json().error(new IOException()).toString());
  }
}
