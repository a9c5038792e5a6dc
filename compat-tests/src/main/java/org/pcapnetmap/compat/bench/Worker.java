package org.pcapnetmap.compat.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A process of the benchmark. Closing ends it if it still runs. */
final class Worker implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final double NANOS_PER_MILLISECOND = 1e6;
  private static final Duration STANDSTILL = Duration.ofMillis(50);

  private final String command;
  private final Process process;
  private final Lines output;
  private final Lines errors;
  private final BufferedWriter input;

  private Worker(String command, Process process) {
    this.command = command;
    this.process = process;
    this.output = new Lines(process.getInputStream());
    this.errors = new Lines(process.getErrorStream());
    this.input = process.outputWriter();
  }

  static Worker start(List<String> command, Map<String, String> environment) throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    return new Worker(String.join(" ", command), builder.start());
  }

  long pid() {
    return process.pid();
  }

  /** Waits until the process has printed a line that contains this, on either output. */
  void awaitLine(Duration patience, String part) throws IOException {
    long deadline = System.nanoTime() + patience.toNanos();
    if (!Lines.await(deadline, part, output, errors)) {
      throw failure("did not print '" + part + "'");
    }
  }

  /** What the process has printed on its standard output so far. */
  List<String> printed() {
    return output.all();
  }

  /** The first line of its standard output, so far, that contains this. */
  String line(String part) throws IOException {
    return output.all().stream()
        .filter(line -> line.contains(part))
        .findFirst()
        .orElseThrow(() -> failure("did not print '" + part + "'"));
  }

  /** Types a line for the process to read. */
  void type(String line) throws IOException {
    input.write(line);
    input.newLine();
    input.flush();
  }

  /** Asks the process to end, as kill does. */
  void interrupt() {
    process.toHandle().destroy();
  }

  /** Waits until the process uses no more processor time: it has nothing left to do. */
  void awaitStandstill() throws IOException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    Duration before = null;
    Duration now = cpuTime();
    while (!now.equals(before) && System.nanoTime() < deadline) {
      if (hasEnded(STANDSTILL)) {
        return;
      }
      before = now;
      now = cpuTime();
    }
  }

  /** Processor time that the process has taken so far, in steps of ten milliseconds. */
  Duration cpuTime() {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** How long the process could have run but others had its core. */
  double millisWithoutCore() throws IOException {
    String times = Files.readString(Path.of("/proc", Long.toString(pid()), "schedstat"));
    return Double.parseDouble(times.split(" ", -1)[1]) / NANOS_PER_MILLISECOND;
  }

  private boolean hasEnded(Duration patience) throws IOException {
    try {
      return process.waitFor(patience.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(command + ": interrupted", e);
    }
  }

  /** Waits for the end; the process must end well. Returns all it printed, errors last. */
  List<String> finish() throws IOException {
    if (!hasEnded(PATIENCE)) {
      throw failure("is still running after " + PATIENCE.toSeconds() + " s");
    }
    output.join();
    errors.join();
    List<String> lines = output.all();
    lines.addAll(errors.all());
    if (process.exitValue() != 0) {
      throw failure("ended with exit code " + process.exitValue());
    }
    return lines;
  }

  /** Waits for the end; the numbers of the last line of its standard output. */
  Figures figures() throws IOException {
    finish();
    List<String> lines = output.all();
    if (lines.isEmpty()) {
      throw failure("printed nothing");
    }
    return Figures.parse(lines.get(lines.size() - 1));
  }

  private IOException failure(String what) {
    return new IOException(command + ": " + what + "; it said: " + errors.all() + output.all());
  }

  @Override
  public void close() {
    process.destroyForcibly();
    boolean interrupted = false;
    while (process.isAlive()) {
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
