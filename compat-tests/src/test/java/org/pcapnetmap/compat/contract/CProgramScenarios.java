package org.pcapnetmap.compat.contract;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The exact words with which pcap_setfilter refuses a program. */
interface CProgramScenarios extends CScenarios, ProgramScenarios {
  private int setProgram(Pointer p, long... instructions) {
    try (Memory code = new Memory(8L * Math.max(1, instructions.length));
        Memory program = new Memory(CHandle.PROGRAM_SIZE)) {
      code.write(0, instructions, 0, instructions.length);
      program.setInt(0, instructions.length);
      program.setPointer(8, code);
      return library().pcap_setfilter(p, program);
    }
  }

  @Override
  default void setProgram(Handle handle, long... instructions) throws IOException {
    Pointer p = ((CHandle) handle).pointer();
    int result = setProgram(p, instructions);
    if (result < 0) {
      throw new PcapFailure(result, library().pcap_geterr(p));
    }
  }

  @Test
  default void invalidProgramsAreRefused() throws IOException {
    Pointer p = opened();
    String text = "BPF program is not valid";
    assertError(p, PcapFailure.ERROR, text, setProgram(p));
    assertError(
        p, PcapFailure.ERROR, text, setProgram(p, ProgramScenarios.instruction(LOAD_HALF, 12)));
    assertError(
        p, PcapFailure.ERROR, "setfilter: No filter specified", library().pcap_setfilter(p, null));
  }
}
