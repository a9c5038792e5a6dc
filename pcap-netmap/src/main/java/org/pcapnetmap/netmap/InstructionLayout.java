package org.pcapnetmap.netmap;

/**
 * Offsets of one classic BPF instruction.
 *
 * <pre>
 *   0       2   3   4               8
 *   +-------+---+---+---------------+
 *   | code  |jt |jf |       k       |
 *   +-------+---+---+---------------+
 * </pre>
 *
 * <p>The C twin is {@code struct nmd_insn}; libpcap's {@code struct bpf_insn} and Linux's {@code
 * struct sock_filter} are the same bytes.
 */
final class InstructionLayout {
  static final int CODE_OFFSET = 0;
  static final int JT_OFFSET = CODE_OFFSET + Short.BYTES;
  static final int JF_OFFSET = JT_OFFSET + Byte.BYTES;
  static final int K_OFFSET = JF_OFFSET + Byte.BYTES;
  static final int SIZE = K_OFFSET + Integer.BYTES;

  private InstructionLayout() {}
}
