package org.pcapnetmap.netmap;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A Java program of the tests in a process of its own. */
final class ChildJvm implements AutoCloseable {
  private final Process process;
  private final BufferedReader output;

  private ChildJvm(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  /**
   * Starts a program.
   *
   * @param runtimeDirectory where its switches lie, or null for where this process's lie
   * @param wrapper a command that runs the command behind it, or nothing
   */
  static ChildJvm start(
      Path runtimeDirectory, List<String> wrapper, Class<?> program, String... args)
      throws IOException {
    List<String> command = new ArrayList<>(wrapper);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    if (runtimeDirectory != null) {
      builder.environment().put("NETMAP_RUNTIME_DIR", runtimeDirectory.toString());
    }
    return new ChildJvm(builder.start());
  }

  /** The next line that it prints, or null at its end. */
  String readLine() throws IOException {
    return output.readLine();
  }

  /** Ends its input and waits until it has ended. */
  @Override
  public void close() throws IOException {
    try (OutputStream input = process.getOutputStream()) {
      input.flush();
    }
    process.onExit().join();
  }
}
