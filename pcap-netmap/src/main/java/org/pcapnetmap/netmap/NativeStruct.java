package org.pcapnetmap.netmap;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Structures that pass between Java and the device: direct buffers in the machine's byte order. */
final class NativeStruct {
  private NativeStruct() {}

  static ByteBuffer allocate(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }

  /** The text at offset, which ends at a zero byte or after size bytes. */
  static String text(ByteBuffer struct, int offset, int size) {
    int length = 0;
    while (length < size && struct.get(offset + length) != 0) {
      length++;
    }
    byte[] bytes = new byte[length];
    struct.get(offset, bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  /** The text as a C string; a zero in it, which would cut it short, becomes U+FFFD. */
  static byte[] cString(String text) {
    return (text.replace('\0', '\ufffd') + '\0').getBytes(StandardCharsets.UTF_8);
  }
}
