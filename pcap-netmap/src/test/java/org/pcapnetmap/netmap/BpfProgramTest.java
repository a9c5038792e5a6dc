package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

final class BpfProgramTest {
  private static final long JUMP = BpfProgram.instruction(0x15, 200, 255, 0xfffffffe);

  @Test
  void instructionsReachTheDeviceFieldByField() {
    ByteBuffer struct = BpfProgram.of(0, JUMP).encode();
    int at = InstructionLayout.SIZE;
    assertEquals(2 * InstructionLayout.SIZE, struct.capacity());
    assertEquals(0x15, struct.getShort(at + InstructionLayout.CODE_OFFSET));
    assertEquals((byte) 200, struct.get(at + InstructionLayout.JT_OFFSET));
    assertEquals((byte) 255, struct.get(at + InstructionLayout.JF_OFFSET));
    assertEquals(0xfffffffe, struct.getInt(at + InstructionLayout.K_OFFSET));
  }

  @Test
  void aProgramDoesNotChangeWithItsSource() {
    long[] source = {JUMP};
    BpfProgram program = BpfProgram.of(source);
    source[0] = 0;
    assertEquals(JUMP, program.instruction(0));
    assertEquals(BpfProgram.of(JUMP), program);
    assertEquals(BpfProgram.of(JUMP).hashCode(), program.hashCode());
    assertNotEquals(BpfProgram.of(source), program);
  }

  @Test
  void theEmptyProgramAcceptsAll() {
    assertSame(BpfProgram.ACCEPT_ALL, BpfProgram.of());
    assertEquals(0, BpfProgram.ACCEPT_ALL.length());
  }
}
