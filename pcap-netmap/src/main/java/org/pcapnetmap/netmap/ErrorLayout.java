package org.pcapnetmap.netmap;

/**
 * Offsets of the reason for a failed call.
 *
 * <pre>
 *   0               4                                               512
 *   +---------------+-----------------------------------------------+
 *   |     code      |        text, ended by a zero byte             |
 *   +---------------+-----------------------------------------------+
 * </pre>
 *
 * <p>The C twin is {@code struct nmd_error}.
 */
final class ErrorLayout {
  static final int CODE_OFFSET = 0;
  static final int TEXT_OFFSET = CODE_OFFSET + Integer.BYTES;
  static final int TEXT_SIZE = 508;
  static final int SIZE = TEXT_OFFSET + TEXT_SIZE;

  private ErrorLayout() {}
}
