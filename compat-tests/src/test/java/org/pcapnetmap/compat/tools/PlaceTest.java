package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/**
 * What tests of programs share: a place, at which in the end nobody is left. Those with these tags
 * also run on the kernel's netmap, and on an interface (bin/verify).
 */
@Tag("kernel")
@Tag("interface")
@Timeout(180)
abstract class PlaceTest {
  Place net;

  /** The place of each test. */
  Place place() throws Exception {
    return Place.ofThisRun();
  }

  @BeforeEach
  final void openPlace() throws Exception {
    net = place();
  }

  @AfterEach
  final void closePlace() throws Exception {
    if (net != null) {
      net.assertNobodyLeft();
      net.close();
    }
  }

  /** Waits for the program's end, which must be its success. */
  static void end(RunningTool tool) throws Exception {
    assertEquals(0, tool.exitCode(), tool::toString);
  }

  /** One of the lines of standard output has all these texts. */
  static void assertLine(RunningTool tool, String... texts) {
    assertTrue(
        tool.out().stream().anyMatch(line -> List.of(texts).stream().allMatch(line::contains)),
        () -> List.of(texts) + " is in no line of " + tool);
  }
}
