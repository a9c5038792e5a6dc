package org.pcapnetmap.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.BooleanSupplier;
import org.pcapnetmap.netmap.NetmapDevice;

/**
 * Where a command's results and messages go.
 *
 * @param out standard output, unbuffered: unlike a PrintStream it says when nobody reads any more
 * @param err standard error
 * @param watched whether standard error is a terminal; asked only by commands that show progress
 * @param shown whether standard output is a terminal; asked only by commands that redraw it
 */
public record Terminal(
    OutputStream out, PrintStream err, BooleanSupplier watched, BooleanSupplier shown) {
  private static final int STANDARD_OUTPUT = 1;
  private static final int STANDARD_ERROR = 2;

  /** Returns the process's own standard output and error. */
  public static Terminal system() {
    return new Terminal(
        new FileOutputStream(FileDescriptor.out),
        System.err,
        () -> isTerminal(STANDARD_ERROR),
        () -> isTerminal(STANDARD_OUTPUT));
  }

  /**
   * When JNA does not load, only the first to use it learns why: the device, which says it well.
   */
  private static boolean isTerminal(int descriptor) {
    return NetmapDevice.isAvailable() && LibC.isatty(descriptor) == 1;
  }

  /**
   * Writes a line to standard output.
   *
   * @param line without its end
   * @throws IOException when nobody reads any more, for example
   */
  public void println(String line) throws IOException {
    try {
      out.write((line + '\n').getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw outputFailure(e);
    }
  }

  /**
   * Writes a message to standard error.
   *
   * @param message one line
   */
  public void message(String message) {
    err.println("nmcap: " + message);
  }

  /**
   * Names standard output as the cause of a failure.
   *
   * @param e what the system said
   * @return the error to throw
   */
  public static IOException outputFailure(IOException e) {
    return new IOException("standard output: cannot be written: " + e.getMessage(), e);
  }
}
