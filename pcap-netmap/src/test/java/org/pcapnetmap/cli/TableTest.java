package org.pcapnetmap.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Columns. */
class TableTest {
  @Test
  void columnsAreAsWideAsTheyNeedAndNumbersStandToTheRight() {
    Table table = new Table("PORT", "SENT");
    table.add("vale0:long", "5");
    table.add("v", "12345");
    assertEquals(
        List.of("PORT         SENT", "vale0:long      5", "v           12345"), table.lines());
  }

  @Test
  void everyRowHasEveryColumn() {
    Table table = new Table("A", "B");
    assertThrows(IllegalArgumentException.class, () -> table.add("1"));
  }
}
