package org.pcapnetmap.cli;

import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** The two calls to the C library that Java has no words for. */
final class LibC {
  static {
    Native.register(LibC.class, "c");
  }

  private LibC() {}

  /** int isatty(int fd). */
  static native int isatty(int descriptor);

  /** sighandler_t signal(int signum, sighandler_t handler); a null handler is SIG_DFL. */
  static native Pointer signal(int signal, Pointer handler);
}
