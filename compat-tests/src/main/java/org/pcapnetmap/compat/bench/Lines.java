package org.pcapnetmap.compat.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What a process prints, line by line, read by a thread so that the process never waits for us. */
final class Lines {
  /** One lock for all, so that one may wait for several. */
  private static final Object NEWS = new Object();

  private final List<String> lines = new ArrayList<>();
  private final Thread reader;
  private boolean ended;

  Lines(InputStream stream) {
    reader = new Thread(() -> read(stream), "bench-lines");
    reader.setDaemon(true);
    reader.start();
  }

  private void read(InputStream stream) {
    try (BufferedReader text = new BufferedReader(new InputStreamReader(stream, UTF_8))) {
      for (String line = text.readLine(); line != null; line = text.readLine()) {
        add(line);
      }
    } catch (IOException e) {
      add("(reading failed: " + e.getMessage() + ")");
    } finally {
      end();
    }
  }

  private void add(String line) {
    synchronized (NEWS) {
      lines.add(line);
      NEWS.notifyAll();
    }
  }

  private void end() {
    synchronized (NEWS) {
      ended = true;
      NEWS.notifyAll();
    }
  }

  /** Waits for a line that contains part; false if none came by the deadline or before the end. */
  static boolean await(long deadline, String part, Lines... several) throws IOException {
    synchronized (NEWS) {
      while (!anyContains(part, several)) {
        long left = deadline - System.nanoTime();
        if (left <= 0 || allEnded(several)) {
          return false;
        }
        waitForNews(left);
      }
      return true;
    }
  }

  private static boolean anyContains(String part, Lines... several) {
    for (Lines each : several) {
      if (each.lines.stream().anyMatch(line -> line.contains(part))) {
        return true;
      }
    }
    return false;
  }

  private static boolean allEnded(Lines... several) {
    for (Lines each : several) {
      if (!each.ended) {
        return false;
      }
    }
    return true;
  }

  @SuppressWarnings("WaitNotInLoop") // the caller loops
  private static void waitForNews(long nanos) throws IOException {
    try {
      NEWS.wait(TimeUnit.NANOSECONDS.toMillis(nanos) + 1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /** Everything printed so far; complete once the process has ended. */
  List<String> all() {
    synchronized (NEWS) {
      return new ArrayList<>(lines);
    }
  }

  /** Waits until everything that was printed is here; the process has ended or is about to. */
  void join() throws IOException {
    try {
      reader.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
