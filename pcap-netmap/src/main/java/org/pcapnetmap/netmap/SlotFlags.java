package org.pcapnetmap.netmap;

/**
 * The bits of a slot's flags.
 *
 * <p>Source: the public netmap ABI, version 14 ({@code NS_*} in netmap's own header).
 */
public final class SlotFlags {
  /** The program changed the slot's buffer index. */
  public static final int BUF_CHANGED = 0x0001;

  /** The program asks for a report when the frame is sent. */
  public static final int REPORT = 0x0002;

  /** Pass the frame to the other side (from host rings to the NIC, or back). */
  public static final int FORWARD = 0x0004;

  /** A switch shall not learn the frame's source address. */
  public static final int NO_LEARN = 0x0008;

  /** The data lies at the slot's pointer and not in its buffer. */
  public static final int INDIRECT = 0x0010;

  /** The frame goes on in the next slot. */
  public static final int MORE_FRAGMENTS = 0x0020;

  private SlotFlags() {}
}
