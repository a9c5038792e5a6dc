package org.pcapnetmap.netmap;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;

/**
 * The device library's functions, as {@code nmd.h} describes them, by JNA's direct mapping. {@link
 * DeviceLoader} binds them. A port is its address.
 */
final class DeviceLibrary {
  private DeviceLibrary() {}

  static native int nmd_open(byte[] spec, ByteBuffer options, ByteBuffer port, ByteBuffer error);

  static native int nmd_is_port_name(byte[] spec);

  static native void nmd_region(long port, ByteBuffer region);

  static native int nmd_txsync(long port);

  static native int nmd_rxsync(long port);

  static native int nmd_wait(long port, int events, long timeoutNanos);

  static native void nmd_interrupt(long port);

  static native int nmd_set_filter(long port, ByteBuffer program, int length);

  static native int nmd_set_snaplen(long port, int snaplen);

  static native int nmd_set_direction(long port, int direction);

  static native int nmd_stats(long port, ByteBuffer statistics);

  static native int nmd_list(ByteBuffer openings, int max, ByteBuffer error);

  static native int nmd_pairs(ByteBuffer pairs, int max, ByteBuffer error);

  static native int nmd_error_log(ByteBuffer errors, int max, ByteBuffer error);

  static native int nmd_peers(long port);

  static native Pointer nmd_name(long port);

  static native void nmd_close(long port);

  static native Pointer nmd_layout();

  static native Pointer nmd_version();
}
