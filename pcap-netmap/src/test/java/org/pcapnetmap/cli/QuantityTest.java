package org.pcapnetmap.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.ParseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Numbers on command lines. */
class QuantityTest {
  private static CommandLine line(String... words) throws ParseException {
    return new DefaultParser().parse(new Flags().value("n", "N", "number").end(), words);
  }

  @ParameterizedTest
  @CsvSource({"64, 64", "10k, 10000", "2.5M, 2500000", "1G, 1000000000", "1e3, 1000"})
  void readsWholeNumbersWithSuffixes(String text, long value) throws Exception {
    assertEquals(value, Quantity.count(line("-n", text), "n", 0, 1, Long.MAX_VALUE));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "k", "1.5", "1K", "ten", "0x10", "1e99", "0", "101"})
  void refusesWhatIsNoSuchNumber(String text) throws Exception {
    CommandLine line = line("-n", text);
    assertThrows(UsageException.class, () -> Quantity.count(line, "n", 0, 1, 100));
  }

  @ParameterizedTest
  @CsvSource({
    "0.3, '-n ''0.3'' is not a whole number, 1 to 100'",
    "1e99, '-n ''1e99'' is out of range, 1 to 100'",
  })
  void saysWhatIsWrong(String text, String why) throws Exception {
    CommandLine line = line("-n", text);
    UsageException thrown =
        assertThrows(UsageException.class, () -> Quantity.count(line, "n", 0, 1, 100));
    assertEquals(why, thrown.getMessage());
  }

  @Test
  void fallsBackWhenNotGiven() throws Exception {
    assertEquals(7, Quantity.count(line(), "n", 7, 1, 100));
    assertEquals(7, Quantity.nanos(line(), "n", 7));
  }

  @ParameterizedTest
  @CsvSource({"1, 1000000000", "0.25, 250000000", "3600, 3600000000000"})
  void readsSeconds(String text, long nanos) throws Exception {
    assertEquals(nanos, Quantity.nanos(line("-n", text), "n", 0));
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "999, 999", "14880000, 14.88M", "1234, 1.23k", "5e12, 5000.00G"})
  void shortens(double value, String text) {
    assertEquals(text, Quantity.shortened(value));
  }
}
