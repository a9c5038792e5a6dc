package org.pcapnetmap.cli.demo;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.pcapnetmap.cli.Nmcap;

/** Unmodified tcpdump under nmrun on a VALE port, in a runtime directory of the demo's own. */
final class ValeHalf implements Closeable {
  private static final Path MEMORY = Path.of("/dev/shm");
  static final String CAPTURE = "vale0:capture";
  private static final String SENDER = "vale0:sender";
  private static final String LISTENING = "listening on";

  private final Path directory;
  private final Map<String, String> environment;

  ValeHalf() throws IOException {
    directory = Files.createTempDirectory(MEMORY, "nmcap-demo");
    environment = Map.of("NETMAP_RUNTIME_DIR", directory.toString());
  }

  /** Returns the lines that tcpdump prints of three packets. */
  List<String> sample() throws IOException {
    try (Child tcpdump = start(Programs.tcpdump(CAPTURE, "-c", "3"))) {
      tcpdump.awaitReady();
      try (Child sender = send("--count", "3")) {
        sender.await();
      }
      tcpdump.await();
      return tcpdump.lines().stream().filter(line -> line.contains(" IP ")).toList();
    }
  }

  /** Lets tcpdump capture at full speed. */
  Result measure() throws IOException {
    try (Child tcpdump = start(Programs.tcpdumpToNowhere(CAPTURE))) {
      tcpdump.awaitReady();
      double seconds;
      try (Child sender = send("--duration", Integer.toString(Programs.SECONDS), "--json")) {
        sender.await();
        seconds = sender.number("\"seconds\":([0-9.]+)");
      }
      tcpdump.stop();
      tcpdump.await();
      return Result.of(tcpdump, seconds);
    }
  }

  private Child start(List<String> tcpdump) throws IOException {
    return Child.start(Programs.nmrun(tcpdump), environment, LISTENING);
  }

  private Child send(String... options) throws IOException {
    List<String> command = Programs.java(Nmcap.class, "send", "-i", SENDER);
    command.addAll(List.of("--size", Integer.toString(Programs.FRAME_SIZE), "--wait-for", "1"));
    command.addAll(List.of(options));
    return Child.start(command, environment, "packets sent");
  }

  /** Removes the directory, with what a killed program could not take out of it. */
  @Override
  public void close() throws IOException {
    List<Path> left;
    try (Stream<Path> tree = Files.walk(directory)) {
      left = tree.sorted(Comparator.reverseOrder()).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    for (Path path : left) {
      Files.deleteIfExists(path);
    }
  }
}
