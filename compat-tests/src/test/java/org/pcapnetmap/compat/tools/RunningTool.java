package org.pcapnetmap.compat.tools;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A real program, started; its output is collected line by line and can be waited for. */
public final class RunningTool implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 60;

  private final List<String> command;
  private final Process process;
  private final List<String> out = new ArrayList<>();
  private final List<String> err = new ArrayList<>();
  private final List<Thread> readers = new ArrayList<>();

  private RunningTool(List<String> command, Process process) {
    this.command = command;
    this.process = process;
    readers.add(collect(process.getInputStream(), out));
    readers.add(collect(process.getErrorStream(), err));
  }

  /** Starts a program with more environment. */
  public static RunningTool start(Map<String, String> environment, List<String> command)
      throws IOException {
    RunningTool tool = startInteractive(environment, command);
    tool.process.getOutputStream().close();
    return tool;
  }

  /** Starts a program that one may {@link #type} to. */
  public static RunningTool startInteractive(Map<String, String> environment, List<String> command)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.environment().put("LC_ALL", "C");
    return new RunningTool(command, builder.start());
  }

  /** Gives the program a line to read. */
  public void type(String line) throws IOException {
    process.getOutputStream().write((line + "\n").getBytes(UTF_8));
    process.getOutputStream().flush();
  }

  public static RunningTool start(String... command) throws IOException {
    return start(Map.of(), List.of(command));
  }

  private Thread collect(InputStream from, List<String> lines) {
    Thread reader =
        new Thread(
            () -> {
              try (BufferedReader text = new BufferedReader(new InputStreamReader(from, UTF_8))) {
                text.lines().forEach(line -> add(lines, line));
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            });
    reader.setDaemon(true);
    reader.start();
    return reader;
  }

  private synchronized void add(List<String> lines, String line) {
    lines.add(line);
    notifyAll();
  }

  /** Returns when either stream has shown a line with this text. */
  public synchronized void awaitText(String text) throws InterruptedException {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!shows(text)) {
      long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
      if (left <= 0 || (!process.isAlive() && readers.stream().noneMatch(Thread::isAlive))) {
        fail("\"" + text + "\" did not come from " + this);
      }
      wait(Math.min(left, 100));
    }
  }

  private boolean shows(String text) {
    return out.stream().anyMatch(line -> line.contains(text))
        || err.stream().anyMatch(line -> line.contains(text));
  }

  public long pid() {
    return process.pid();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends what Ctrl-C sends. */
  public void interrupt() throws IOException, InterruptedException {
    signal("INT");
  }

  public void signal(String name) throws IOException, InterruptedException {
    String pid = Long.toString(process.pid());
    int code = new ProcessBuilder("kill", "-" + name, pid).start().waitFor();
    assertTrue(code == 0, () -> "no process for " + name + ": " + this);
  }

  /** Waits for the program's end and returns its exit code. */
  public int exitCode() throws InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      fail("does not end: " + this);
    }
    for (Thread reader : readers) {
      reader.join();
    }
    return process.exitValue();
  }

  public synchronized List<String> out() {
    return List.copyOf(out);
  }

  public synchronized List<String> err() {
    return List.copyOf(err);
  }

  @Override
  public synchronized String toString() {
    return String.join(" ", command) + "\n stdout: " + out + "\n stderr: " + err;
  }

  /** Ends what a failed test left running. */
  @Override
  public void close() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }
}
