package org.pcapnetmap.compat.counts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A sending or receiving process, in Java or in C; both speak the same way. */
final class Worker implements AutoCloseable {
  /** What a worker is written in. */
  enum Language {
    JAVA,
    C
  }

  private static final Path TOP =
      Path.of(System.getProperty("nmcap.home")).toAbsolutePath().normalize();
  private static final Path DEVICE = TOP.resolve("pcap-netmap/src/main/c");
  private static final String C_PROGRAM = "../../../target/native/test/exact_counts";

  private final Process process;
  private final BufferedReader output;
  private final Writer input;

  private Worker(Process process) {
    this.process = process;
    this.output = process.inputReader(StandardCharsets.UTF_8);
    this.input = process.outputWriter(StandardCharsets.UTF_8);
  }

  /** Builds the C program, if the build of the device has not done so. */
  static void build() throws IOException, InterruptedException {
    Process make =
        new ProcessBuilder("make", "-s", "-C", DEVICE.toString(), C_PROGRAM)
            .redirectErrorStream(true)
            .start();
    String said = new String(make.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, make.waitFor(), said);
  }

  /** Starts a worker and waits until its port is open. */
  static Worker start(Language language, Object... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    if (language == Language.C) {
      command.add(DEVICE.resolve(C_PROGRAM).normalize().toString());
    } else {
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-XX:+UseSerialGC", "-Xshare:auto", "-cp"));
      command.addAll(List.of(System.getProperty("java.class.path"), JavaWorker.class.getName()));
    }
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Worker worker = new Worker(new ProcessBuilder(command).redirectErrorStream(true).start());
    worker.await("ready");
    return worker;
  }

  /** Lets it go on. */
  void go() throws IOException {
    input.write('\n');
    input.flush();
  }

  void await(String line) throws IOException {
    assertEquals(line, output.readLine());
  }

  /** Ends its input and returns what it has counted. */
  Map<String, Long> end() throws IOException, InterruptedException {
    input.close();
    Map<String, Long> counts = new HashMap<>();
    for (String line = output.readLine(); line != null; line = output.readLine()) {
      String[] pair = line.split(" ");
      assertEquals(2, pair.length, line);
      counts.put(pair[0], Long.valueOf(pair[1]));
    }
    assertEquals(0, process.waitFor());
    assertNotNull(counts.get("sent"), "no counts");
    return counts;
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
