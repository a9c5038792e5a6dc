package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.pcapnetmap.compat.tools.RunningTool;

/** What a process of its own does with a handle: {@link ProcessProgram}. */
interface ProcessScenarios extends CScenarios {
  int SEQUENCE_AT = 16;
  int BATCH = 64;
  Pattern TOLD = Pattern.compile("seen (\\d+), missing (\\d+)");

  /** What starts a program so that it meets the library on the network; for example nmrun. */
  List<String> launcher();

  private RunningTool start(String scenario) throws Exception {
    List<String> command = new ArrayList<>(launcher());
    command.addAll(List.of(ProcessProgram.PROCESS.path(), scenario, network().device()));
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
      HandleFunctions.calledByProgram("pcap_perror");
    }
  }

  /** Sends until the reader has enough. */
  private Thread feeder(AtomicBoolean enough) {
    List<byte[]> frames = new ArrayList<>();
    for (int i = 0; i < BATCH; i++) {
      frames.add(TestFrames.numbered(0));
    }
    return new Thread(
        () -> {
          for (int sequence = 1; !enough.get(); sequence += BATCH) {
            for (int i = 0; i < BATCH; i++) {
              ByteBuffer.wrap(frames.get(i)).putInt(SEQUENCE_AT, sequence + i);
            }
            Unchecked.run(() -> network().send(frames));
          }
        });
  }

  /** What a signal at any point of a busy read leaves: all packets, once and in order. */
  private String missingAfterSignals(String read) throws Exception {
    List<String> command = new ArrayList<>(launcher());
    command.addAll(List.of(ProcessProgram.SIGNALS.path(), read, network().device()));
    AtomicBoolean enough = new AtomicBoolean();
    try (RunningTool program = RunningTool.startInteractive(Map.of(), command)) {
      program.awaitText("ready");
      Thread feeder = feeder(enough);
      feeder.start();
      try {
        program.awaitText("enough");
      } finally {
        enough.set(true);
        feeder.join();
      }
      program.type("");
      assertEquals(0, program.exitCode(), program::toString);
      Matcher told = TOLD.matcher(String.join("\n", program.out()));
      assertTrue(told.find() && !told.group(1).equals("0"), program::toString);
      return told.group(2);
    }
  }

  @Test
  default void signalsBreakABusyDispatch() throws Exception {
    assertEquals("0", missingAfterSignals("dispatch"));
  }

  @Test
  default void signalsBreakABusyLoop() throws Exception {
    assertEquals("0", missingAfterSignals("loop"));
  }

  /** Stock loses the packet that it has taken when it finds the break. */
  @Test
  default void signalsBreakABusyNextEx() throws Exception {
    String missing = missingAfterSignals("next_ex");
    if (differs(Difference.BREAK_COMES_FIRST)) {
      assertEquals("0", missing);
    }
  }
}
