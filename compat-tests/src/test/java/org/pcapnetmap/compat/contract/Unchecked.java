package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.io.UncheckedIOException;

/** For packet handlers that call what may fail. */
final class Unchecked {
  private Unchecked() {}

  /** A call that may fail. */
  @FunctionalInterface
  interface Call {
    void run() throws IOException;
  }

  static void run(Call call) {
    try {
      call.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
