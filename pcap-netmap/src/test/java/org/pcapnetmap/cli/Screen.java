package org.pcapnetmap.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A terminal that remembers what was written to it. */
public final class Screen {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private final boolean terminal;

  /** What is no terminal but a file. */
  public Screen() {
    this(false);
  }

  /** What says that it is a terminal, or that it is not. */
  public Screen(boolean terminal) {
    this.terminal = terminal;
  }

  /** Runs nmcap in this process and returns its exit status. */
  public int run(String... arguments) {
    PrintStream errors = new PrintStream(err, true, StandardCharsets.UTF_8);
    return Nmcap.run(new Terminal(out, errors, () -> false, () -> terminal), arguments);
  }

  /** Returns the lines on standard output. */
  public List<String> out() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /** Returns the lines on standard error. */
  public List<String> err() {
    return err.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
