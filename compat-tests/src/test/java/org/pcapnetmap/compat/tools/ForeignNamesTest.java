package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With names that are not ours programs do under nmrun exactly what they do without. */
@Timeout(180)
class ForeignNamesTest {
  /** In a network of its own: waits until the capture runs, then sends three datagrams. */
  private static final String CAPTURE_ON_LO =
      """
      ip link set lo up
      mkfifo "$1/err"
      $2 tcpdump -i lo -nn -t -c 3 'udp dst port 9' 2>"$1/err" &
      exec 3<"$1/err"
      rm "$1/err"
      while read -r line <&3; do
        echo "$line" >&2
        case $line in listening*) break ;; esac
      done
      for text in a bb ccc; do echo -n $text >/dev/udp/127.0.0.1/9; done
      wait $!
      code=$?
      cat <&3 >&2
      exit $code
      """;

  @TempDir private Path folder;

  private record Ending(int code, List<String> out, List<String> err) {}

  private static Ending run(List<String> command) throws Exception {
    try (RunningTool tool = RunningTool.start(command.toArray(String[]::new))) {
      return new Ending(tool.exitCode(), masked(tool.out()), masked(tool.err()));
    }
  }

  /** Without what differs from run to run: ports of senders, process numbers. */
  private static List<String> masked(List<String> lines) {
    return lines.stream()
        .map(line -> line.replaceAll("127\\.0\\.0\\.1\\.\\d+ >", "127.0.0.1.PORT >"))
        .map(line -> line.replaceAll("\\((\\w+):\\d+\\) [\\d:.]+", "($1)"))
        .map(line -> line.replaceAll("^Time: .*", "Time"))
        .toList();
  }

  private static Ending assertSame(List<String> command) throws Exception {
    List<String> under = Stream.concat(Stream.of(Tools.NMRUN), command.stream()).toList();
    Ending stock = run(command);
    assertEquals(stock, run(under));
    assertFalse(stock.out().isEmpty() && stock.err().isEmpty(), command::toString);
    return stock;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcpdump -i nosuch",
        "tcpdump -i nosuch:1",
        "tcpdump -i vale",
        "tcpdump -D",
        "tcpdump --version",
        "tcpdump -d -y EN10MB udp port 53 or vlan 7",
        "tcpdump -r /no/such/file",
        "tcpdump --no-such-option",
        "ngrep -d nosuch x",
        "ngrep -I /no/such/file x",
        "dumpcap -D",
        "dumpcap -i nosuch -w FILE",
        "dumpcap -L -i nosuch",
        "tshark -i nosuch",
        "tshark -r /no/such/file",
        "tshark -D",
      })
  void endsAndPrintsTheSame(String command) throws Exception {
    // A file of the test's own: dumpcap removes it when it cannot capture.
    String file = folder.resolve("captured").toString();
    List<String> words = List.of(command.replace("FILE", file).split(" "));
    Tools.assumeInstalled(words.get(0));
    assertSame(words);
  }

  @Test
  void savefilesAreReadTheSame() throws Exception {
    Tools.assumeInstalled("tcpdump");
    Path file = Savefiles.write(folder.resolve("sent.pcap"), Frames.mixed(100));
    Ending read = assertSame(List.of("tcpdump", "-nn", "-e", "-xx", "-r", file.toString(), "udp"));
    assertEquals(0, read.code());
    Path copy = folder.resolve("copy.pcap");
    assertSame(List.of("tcpdump", "-r", file.toString(), "-w", copy.toString(), "port 53"));
    assertEquals(50, Savefiles.read(copy).size());
  }

  /** With -z a system call that it does not make itself kills it. */
  @Test
  void aSandboxedInjectorEndsTheSame() throws Exception {
    Tools.assumeInstalled("arping");
    Tools.assumeRoot();
    String command = "ip link set lo up && exec arping -z -c 1 -i lo 127.0.0.1";
    Ending stock = assertSame(List.of("unshare", "-n", "sh", "-c", command));
    assertEquals("ARPING 127.0.0.1", stock.out().get(0));
  }

  @Test
  void interfacesAreCapturedTheSame() throws Exception {
    Tools.assumeInstalled("tcpdump");
    Tools.assumeRoot();
    Ending stock = captureOnLo("");
    assertEquals(stock, captureOnLo(Tools.NMRUN));
    assertEquals(0, stock.code());
    assertEquals(
        List.of(1, 2, 3).stream()
            .map(length -> "IP 127.0.0.1.PORT > 127.0.0.1.9: UDP, length " + length)
            .toList(),
        stock.out());
  }

  private Ending captureOnLo(String prefix) throws Exception {
    Path script = folder.resolve("capture.sh");
    Files.writeString(script, CAPTURE_ON_LO);
    return run(List.of("unshare", "-n", "bash", script.toString(), folder.toString(), prefix));
  }
}
