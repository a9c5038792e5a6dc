package org.pcapnetmap.compat.contract;

import java.io.IOException;

/** What the Java engine takes besides: programs by their instructions. */
interface JavaEngineScenarios extends ProgramScenarios {
  @Override
  default void setProgram(Handle handle, long... instructions) throws IOException {
    ((JavaEngineHandle) handle).setProgram(instructions);
  }
}
