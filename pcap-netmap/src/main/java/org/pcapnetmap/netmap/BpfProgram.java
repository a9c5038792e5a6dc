package org.pcapnetmap.netmap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A classic BPF program, as {@code struct bpf_insn} of libpcap holds it: an immutable list of
 * instructions of eight bytes each. It says nothing about whether the device will accept it.
 */
public final class BpfProgram {
  /** The empty program, which accepts every frame. */
  public static final BpfProgram ACCEPT_ALL = new BpfProgram(new long[0]);

  private final long[] instructions;

  private BpfProgram(long[] instructions) {
    this.instructions = instructions;
  }

  /**
   * A program of these instructions.
   *
   * @param instructions each the eight bytes of a {@code struct bpf_insn}, read from memory as one
   *     number in the machine's byte order; see {@link #instruction}
   * @return the program
   */
  public static BpfProgram of(long... instructions) {
    return instructions.length == 0 ? ACCEPT_ALL : new BpfProgram(instructions.clone());
  }

  /**
   * One instruction as a number.
   *
   * @param code operation, 16 bits
   * @param jt instructions to skip when true, 8 bits
   * @param jf instructions to skip when false, 8 bits
   * @param k operand, 32 bits
   * @return the eight bytes of the instruction in the machine's byte order
   */
  public static long instruction(int code, int jt, int jf, int k) {
    return ByteBuffer.allocate(InstructionLayout.SIZE)
        .order(ByteOrder.nativeOrder())
        .putShort(InstructionLayout.CODE_OFFSET, (short) code)
        .put(InstructionLayout.JT_OFFSET, (byte) jt)
        .put(InstructionLayout.JF_OFFSET, (byte) jf)
        .putInt(InstructionLayout.K_OFFSET, k)
        .getLong(0);
  }

  /**
   * How many instructions there are.
   *
   * @return 0 for the program that accepts every frame
   */
  public int length() {
    return instructions.length;
  }

  /**
   * One instruction.
   *
   * @param index 0 to {@code length() - 1}
   * @return its eight bytes in the machine's byte order
   */
  public long instruction(int index) {
    return instructions[index];
  }

  /** The program in the device's own form. */
  ByteBuffer encode() {
    ByteBuffer struct = NativeStruct.allocate(instructions.length * InstructionLayout.SIZE);
    struct.asLongBuffer().put(instructions);
    return struct;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof BpfProgram program && Arrays.equals(instructions, program.instructions);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(instructions);
  }
}
