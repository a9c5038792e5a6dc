package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/**
 * What tests of programs share: a switch of their own, on which in the end nobody is left. Those
 * with the tag also run on the kernel's netmap (bin/verify).
 */
@Tag("kernel")
@Timeout(180)
abstract class SwitchTest {
  TestSwitch net;

  @BeforeEach
  final void openSwitch() throws Exception {
    net = new TestSwitch();
  }

  @AfterEach
  final void closeSwitch() throws Exception {
    net.assertNobodyLeft();
    net.close();
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
