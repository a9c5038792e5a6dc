package org.pcapnetmap.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Exit codes and messages of the command line. */
class NmcapTest {
  private final Screen screen = new Screen();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "frobnicate",
        "capture",
        "capture -i vale0:1 -r file",
        "capture -i vale0:1 --frobnicate",
        "capture -i vale0:1 -c many",
        "capture -i vale0:1 -c 0",
        "capture -i vale0:1 -c",
        "capture -i vale0:1 -Q sideways",
        "capture -i vale0:1 --slots 15",
        "capture -i vale0:1 --duration -1",
        "capture -i vale0:1 --format gif",
        "capture -i vale0:1 -w - --json",
        "capture -r file -w file",
        "capture -i vale0:1 -i vale0:2",
        "capture -i vale0:1 --duration 1 --duration 2",
        "capture -r file -Q in",
        "capture -i vale0:1 -C 1",
        "capture -i vale0:1 -w - -G 1",
        "capture -i vale0:1 -w file -W 3",
        "capture -i vale0:1 -w file -C 0",
        "capture -r file -w other -G 1",
        "bridge",
        "bridge vale0:1",
        "bridge vale0:1 vale0:1/x",
        "bridge vale0:* vale1:1",
        "bridge vale0:1 vale1:1 vale2:1",
        "bridge vale0:1 vale1:1 --buffer-size 100",
        "send",
        "send -i vale0:1 --size 59",
        "send -i vale0:1 --size 3000",
        "send -i vale0:1 --rate 0",
        "send -i vale0:1 --src 1.2.3.400",
        "send -i vale0:1 --dst nowhere",
        "send -i vale0:1 --loop 3",
        "send -i vale0:1 -r file --size 60",
        "send -i vale0:1 -r - --loop",
        "send -i vale0:1 --buffer-size 100",
        "send -i vale0:1 word",
        "send -i vale0:*",
        "send -i vale0:1 -c 3 --count 4",
        "list word",
        "stat --interval 0",
        "stat --pairs word",
        "help frobnicate",
      })
  void whatMakesNoSenseIsAUsageError(String line) {
    String[] words = line.isEmpty() ? new String[0] : line.split(" ");
    assertEquals(Nmcap.EXIT_USAGE, screen.run(words));
    oneError();
    assertTrue(screen.err().get(0).contains("help'"), screen.err().get(0));
  }

  @Test
  void anEmptyFileNameIsAUsageError() {
    assertEquals(Nmcap.EXIT_USAGE, screen.run("capture", "-i", "vale0:1", "-w", ""));
    oneError();
    assertTrue(screen.err().get(0).contains("empty file name"), screen.err().get(0));
  }

  @Test
  void aFileIsNotWrittenOverWhileItIsRead(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("file"), "precious");
    Path link = Files.createSymbolicLink(folder.resolve("link"), file);
    for (Path same : List.of(file, link, folder.resolve("./file"))) {
      assertEquals(
          Nmcap.EXIT_USAGE, new Screen().run("capture", "-r", file.toString(), "-w", "" + same));
    }
    assertEquals("precious", Files.readString(file));
  }

  @Test
  void aWrongFilterIsAUsageError() {
    assertEquals(Nmcap.EXIT_USAGE, screen.run("capture", "-i", "vale0:1", "udp", "prot", "53"));
    oneError();
    assertTrue(screen.err().get(0).startsWith("nmcap: filter 'udp prot 53': "));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "capture -r no/such/file",
        "capture -r /",
        "capture -r /dev/null",
        "send -i vale0:1 -r no/such/file",
        "send -i vale0:1 -r /dev/null",
      })
  void whatCannotBeDoneIsARunTimeError(String line) {
    assertEquals(Nmcap.EXIT_FAILURE, screen.run(line.split(" ")));
    oneError();
  }

  private void oneError() {
    assertEquals(1, screen.err().size(), screen.err()::toString);
    assertTrue(screen.err().get(0).startsWith("nmcap: "), screen.err().get(0));
    assertEquals(List.of(), screen.out());
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "help", "-h"})
  void helpNamesEveryCommand(String word) {
    assertEquals(Nmcap.EXIT_SUCCESS, screen.run(word));
    String text = String.join("\n", screen.out());
    for (String command : List.of("capture", "send", "bridge", "list", "stat", "demo")) {
      assertTrue(text.contains("\n  " + command + " "), text);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"capture", "send", "bridge", "list", "stat", "demo"})
  void everyCommandHasHelpThatFitsATerminal(String command) {
    assertEquals(Nmcap.EXIT_SUCCESS, screen.run(command, "--help"));
    assertTrue(screen.out().get(0).startsWith("usage: nmcap " + command));
    screen.out().forEach(line -> assertTrue(line.length() <= 80, line));
    assertTrue(String.join("\n", screen.out()).contains("--help"));
  }

  @Test
  void theVersionIsOneLine() {
    assertEquals(Nmcap.EXIT_SUCCESS, screen.run("--version"));
    assertEquals(1, screen.out().size());
    assertTrue(screen.out().get(0).startsWith("nmcap "));
  }
}
