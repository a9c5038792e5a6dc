package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pcapnetmap.compat.tools.RunningTool;

/** What a process of its own does with a handle: src/test/c/contract_process.c. */
interface ProcessScenarios extends CScenarios {
  /** What starts a program so that it meets the library on the network; for example nmrun. */
  List<String> launcher();

  private RunningTool start(String scenario) throws Exception {
    List<String> command = new ArrayList<>(launcher());
    command.addAll(List.of(ProcessProgram.path(), scenario, network().device()));
    RunningTool program = RunningTool.start(command.toArray(String[]::new));
    program.awaitText("ready");
    return program;
  }

  private static void assertSaid(RunningTool program, String line) throws InterruptedException {
    assertEquals(0, program.exitCode(), program::toString);
    assertTrue(program.out().contains(line), program::toString);
  }

  @Test
  default void childReadsOnAfterFork() throws Exception {
    try (RunningTool program = start("fork")) {
      feed(1, 2, 3);
      assertSaid(program, "read 3, the last 3, received 3, dropped 0");
    }
  }

  /** Everything that reading needs was opened and mapped by activate. */
  @Test
  default void readsAfterChrootAndSetuid() throws Exception {
    try (RunningTool program = start("privileges")) {
      feed(1, 2, 3);
      assertSaid(program, "read 3, the last 3, received 3, dropped 0");
    }
  }

  @Test
  default void readsThoughAllDescriptorsWereClosedBefore() throws Exception {
    try (RunningTool program = start("closed")) {
      feed(1, 2, 3);
      assertSaid(program, "read 3, the last 3, received 3, dropped 0");
    }
  }

  /** Also where the handler is installed with SA_RESTART. */
  @Test
  default void breakLoopInASignalHandlerEndsTheRead() throws Exception {
    for (String scenario : List.of("signal", "restart")) {
      try (RunningTool program = start(scenario)) {
        program.awaitText("interrupted");
        assertSaid(program, "loop returned -2");
      }
    }
  }

  @Test
  default void perrorGoesToStandardError() throws Exception {
    try (RunningTool program = start("perror")) {
      assertSaid(program, "ready");
      assertEquals(List.of("prefix: Invalid direction"), program.err());
    }
  }
}
