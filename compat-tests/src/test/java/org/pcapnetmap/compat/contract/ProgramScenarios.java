package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pcapnetmap.netmap.BpfProgram;

/** Filter programs that no expression compiles to. */
interface ProgramScenarios extends CScenarios {
  int RETURN = 0x06;
  int LOAD_HALF = 0x28;
  int LOAD_BYTE = 0x30;
  int JUMP_EQUAL = 0x15;
  int ADD = 0x04;

  private int setProgram(Pointer p, long... instructions) {
    try (Memory code = new Memory(8L * Math.max(1, instructions.length));
        Memory program = new Memory(CHandle.PROGRAM_SIZE)) {
      code.write(0, instructions, 0, instructions.length);
      program.setInt(0, instructions.length);
      program.setPointer(8, code);
      return library().pcap_setfilter(p, program);
    }
  }

  private static long instruction(int code, int k) {
    return BpfProgram.instruction(code, 0, 0, k);
  }

  private void checkLength(int snaplen, int answer, int captured) throws IOException {
    CHandle handle = (CHandle) open(Options.NONBLOCKING.withSnaplen(snaplen));
    assertEquals(0, setProgram(handle.pointer(), instruction(RETURN, answer)));
    feed(1, 2);
    for (Packet packet : read(handle, 2)) {
      assertEquals(captured, packet.bytes().length);
      assertEquals(60, packet.wireLength());
    }
  }

  @Test
  default void answerIsTheLengthToKeep() throws IOException {
    checkLength(0, 20, 20);
  }

  @Test
  default void snaplenCutsTheAnswer() throws IOException {
    checkLength(40, 50, 40);
    checkLength(40, 20, 20);
  }

  @Test
  default void frameIsNoLongerThanItIs() throws IOException {
    checkLength(0, 1000, 60);
    checkLength(0, -1, 60);
  }

  @Test
  default void answerOfNoneRejects() throws IOException {
    CHandle handle = (CHandle) open(Options.NONBLOCKING);
    assertEquals(0, setProgram(handle.pointer(), instruction(RETURN, 0)));
    feed(1, 2);
    Thread.onSpinWait();
    assertEquals(0, handle.dispatch(-1, packet -> {}));
    assertEquals(new Handle.Statistics(0, 0), handle.statistics());
  }

  /** The kernel takes 4096 instructions; longer programs are run at the read, and cut nothing. */
  @Test
  default void programsThatAreTooLongForTheKernelHoldAllTheSame() throws IOException {
    int length = 5000;
    long[] code = new long[length];
    Arrays.fill(code, instruction(ADD, 1));
    code[length - 4] = instruction(LOAD_BYTE, TestFrames.NUMBER_AT);
    code[length - 3] = BpfProgram.instruction(JUMP_EQUAL, 0, 1, 3);
    code[length - 2] = instruction(RETURN, 40);
    code[length - 1] = instruction(RETURN, 0);
    CHandle handle = (CHandle) open(Options.NONBLOCKING);
    assertEquals(0, setProgram(handle.pointer(), code));
    feed(1, 3, 4, 3);
    for (Packet packet : read(handle, 2)) {
      assertEquals(60, packet.bytes().length);
      assertEquals(60, packet.wireLength());
      assertEquals(3, packet.bytes()[TestFrames.NUMBER_AT]);
    }
  }

  @Test
  default void invalidProgramsAreRefused() throws IOException {
    Pointer p = opened();
    String text = "BPF program is not valid";
    assertError(p, PcapFailure.ERROR, text, setProgram(p));
    assertError(p, PcapFailure.ERROR, text, setProgram(p, instruction(LOAD_HALF, 12)));
    assertError(
        p, PcapFailure.ERROR, "setfilter: No filter specified", library().pcap_setfilter(p, null));
  }

  /** After a refusal the filter is the old one. */
  @Test
  default void refusedProgramChangesNothing() throws IOException {
    CHandle handle = (CHandle) open(Options.NONBLOCKING);
    handle.setFilter("ether[14] > 3");
    setProgram(handle.pointer(), instruction(LOAD_HALF, 12));
    feed(1, 4, LAST);
    assertEquals(List.of(4), Scenarios.numbers(readToLast(handle)));
  }
}
