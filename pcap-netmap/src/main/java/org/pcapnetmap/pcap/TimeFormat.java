package org.pcapnetmap.pcap;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Times in file names, written by the C library's strftime, whose formats tcpdump's users know. */
final class TimeFormat {
  /** More than struct tm has anywhere. */
  private static final int TM_SIZE = 128;

  /** The longest path that Linux takes, in bytes. */
  private static final int LONGEST = 4096;

  static {
    Native.register(TimeFormat.class, "c");
  }

  private TimeFormat() {}

  /** struct tm *localtime_r(const time_t *, struct tm *). */
  private static native Pointer localtime_r(ByteBuffer seconds, ByteBuffer tm);

  /** size_t strftime(char *, size_t, const char *, const struct tm *). */
  private static native long strftime(ByteBuffer text, long size, byte[] format, ByteBuffer tm);

  static String format(String format, long second) throws SavefileException {
    ByteBuffer seconds = direct(Long.BYTES).putLong(0, second);
    ByteBuffer tm = direct(TM_SIZE);
    ByteBuffer text = direct(LONGEST);
    byte[] bytes = (format + '\0').getBytes(StandardCharsets.UTF_8);
    long length = localtime_r(seconds, tm) == null ? 0 : strftime(text, text.capacity(), bytes, tm);
    if (length <= 0) {
      throw new SavefileException(format, "makes no file name with a time in it; shorten it", null);
    }
    byte[] name = new byte[(int) length];
    text.get(0, name);
    return new String(name, StandardCharsets.UTF_8);
  }

  private static ByteBuffer direct(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }
}
