package org.pcapnetmap.cli.demo;

import java.io.BufferedReader;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.pcapnetmap.cli.CommandException;

/** A program that the demo started, and the lines that it printed, errors among them. */
final class Child implements Closeable {
  private static final int PATIENCE_SECONDS = 20;

  private final String name;
  private final Process process;
  private final List<String> lines = new ArrayList<>();
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final Thread reader;

  private Child(String name, Process process, String readySign) {
    this.name = name;
    this.process = process;
    this.reader = new Thread(() -> read(readySign), "output of " + name);
    reader.setDaemon(true);
    reader.start();
  }

  /**
   * Starts a program.
   *
   * @param readySign text of the line by which it says that it is ready
   */
  static Child start(List<String> command, Map<String, String> environment, String readySign)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    return new Child(command.get(0), builder.start(), readySign);
  }

  private void read(String readySign) {
    try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        synchronized (lines) {
          lines.add(line);
        }
        if (line.contains(readySign)) {
          ready.complete(null);
        }
      }
      ready.completeExceptionally(new CommandException(complaint("ended too early")));
    } catch (IOException e) {
      ready.completeExceptionally(e);
    }
  }

  private String complaint(String what) {
    List<String> said = lines();
    String last = said.isEmpty() ? "it said nothing" : "it said: " + said.get(said.size() - 1);
    return "demo: " + name + " " + what + "; " + last;
  }

  /** Waits until the program has said that it is ready. */
  void awaitReady() throws IOException {
    try {
      ready.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof IOException io ? io : new IOException(e.getCause());
    } catch (TimeoutException e) {
      throw new CommandException(complaint("is not ready after " + PATIENCE_SECONDS + " s"));
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private CommandException interrupted() {
    Thread.currentThread().interrupt();
    return new CommandException("demo: interrupted");
  }

  /** Asks the program to end as Ctrl-C does for tcpdump, with its statistics. */
  void stop() {
    // Not Process.destroy, which would close the pipe before the statistics come.
    process.toHandle().destroy();
  }

  /** Waits for the program's end, which has to be a success. */
  void await() throws IOException {
    if (!endsWell()) {
      throw new CommandException(complaint("ended with status " + process.exitValue()));
    }
  }

  /** Waits for the program's end and returns whether it was a success. */
  boolean endsWell() throws IOException {
    try {
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new CommandException(complaint("does not end"));
      }
      reader.join();
    } catch (InterruptedException e) {
      throw interrupted();
    }
    return process.exitValue() == 0;
  }

  /** The lines so far. */
  List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  /** Returns the number that is the pattern's first group, in the last line where it is found. */
  double number(String pattern) throws CommandException {
    Pattern compiled = Pattern.compile(pattern);
    List<String> said = lines();
    for (int i = said.size() - 1; i >= 0; i--) {
      Matcher matcher = compiled.matcher(said.get(i));
      if (matcher.find()) {
        return Double.parseDouble(matcher.group(1));
      }
    }
    throw new CommandException(complaint("did not say '" + pattern + "'"));
  }

  /**
   * Kills the program, and what it started, and waits until they are gone: what they leave behind
   * can be tidied up only then. An interrupt does not shorten the wait.
   */
  @Override
  public void close() {
    Stream<ProcessHandle> family =
        Stream.concat(process.descendants(), Stream.of(process.toHandle()));
    CompletableFuture<?>[] ends = family.map(Child::kill).toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(ends)
        .completeOnTimeout(null, PATIENCE_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  private static CompletableFuture<ProcessHandle> kill(ProcessHandle member) {
    member.destroyForcibly();
    return member.onExit();
  }
}
