package org.pcapnetmap.compat.pcap4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.pcapnetmap.compat.tools.Frames;
import org.pcapnetmap.compat.tools.RunningTool;
import org.pcapnetmap.compat.tools.TestSwitch;
import org.pcapnetmap.pcap.PcapPacket;
import org.pcapnetmap.pcap.SavefileReader;

/**
 * One switch with programs of every kind: two written against netmap's interface, unmodified
 * tcpdump, a pcap4j application, nmcap, and the ring API. Everybody gets what the others send.
 */
@Timeout(180)
class MixedSwitchTest {
  private static final Path TOP =
      Path.of(System.getProperty("nmcap.home")).toAbsolutePath().normalize();
  private static final String NMRUN = TOP.resolve("bin/nmrun").toString();

  /** All of them, and some more, have room in each ring: nothing may be lost. */
  private static final int FROM_NETMAP = 1500;

  private static final int FROM_RINGS = 1000;
  private static final int FOR_PCAP4J = FROM_RINGS / 2;

  /** The receiver's first frame and the application's answer. */
  private static final int OTHERS = 2;

  private static final String SLOTS = "4096";

  @TempDir private Path folder;

  @Test
  void everybodyGetsWhatTheOthersSend() throws Exception {
    assumeTrue(isInstalled("tcpdump"), "tcpdump is not installed");
    List<byte[]> frames = Frames.mixed(FROM_RINGS);
    try (TestSwitch net = new TestSwitch();
        RunningTool tcpdump = start("tcpdump", "-w", file("tcpdump"), "-i", net.port("tcpdump"));
        RunningTool nmcap = capture(net);
        RunningTool pcap4j = talk(net)) {
      tcpdump.awaitText("listening on");
      nmcap.awaitText("listening on");
      pcap4j.awaitText("opened");
      int forReceiver = FROM_NETMAP + FROM_RINGS + 1;
      try (RunningTool receiver = worker("netmap-recv", net.port("rx"), forReceiver)) {
        receiver.awaitText("listening");
        try (RunningTool sender = worker("netmap-send", net.port("tx"), FROM_NETMAP, "-B")) {
          end(sender);
        }
        net.send(frames);
        end(pcap4j);
        end(receiver);
        assertTrue(receiver.out().get(1).contains("\"total\":" + forReceiver), receiver::toString);
      }
      assertTrue(said(pcap4j, FOR_PCAP4J + " packets"), pcap4j::toString);
      net.awaitRead("tcpdump", FROM_NETMAP + FROM_RINGS + OTHERS);
      for (RunningTool capture : List.of(tcpdump, nmcap)) {
        capture.interrupt();
        end(capture);
      }
      net.assertNobodyLeft();
    }
    List<String> captured = captured("tcpdump");
    assertEquals(FROM_NETMAP + FROM_RINGS + OTHERS, captured.size());
    assertEquals(captured, captured("nmcap"));
  }

  private String file(String program) {
    return folder.resolve(program + ".pcap").toString();
  }

  private static RunningTool start(String... command) throws IOException {
    List<String> all = new ArrayList<>(List.of(NMRUN));
    all.addAll(List.of(command));
    return RunningTool.start(all.toArray(String[]::new));
  }

  /** A program of the benchmarks: sends or receives so many frames. */
  private static RunningTool worker(String name, String port, int count, String... more)
      throws IOException {
    Path program = TOP.resolve("compat-tests/target/native-bench").resolve(name);
    List<String> command =
        new ArrayList<>(
            List.of(program.toString(), "-p", port, "-c", Integer.toString(count), "-n", SLOTS));
    command.addAll(List.of(more));
    return start(command.toArray(String[]::new));
  }

  private RunningTool capture(TestSwitch net) throws IOException {
    String nmcap = TOP.resolve("bin/nmcap").toString();
    return RunningTool.start(nmcap, "capture", "-i", net.port("nmcap"), "-w", file("nmcap"));
  }

  private RunningTool talk(TestSwitch net) throws IOException {
    Application talk = Application.compile("Talk", Pcap4jVersion.V1, folder);
    List<Path> path = new ArrayList<>(Pcap4jVersion.V1.jars());
    path.add(talk.classes());
    return start(
        Jdk.running().java(),
        "-cp",
        Pcap4jVersion.classPath(path),
        "Talk",
        net.port("pcap4j"),
        Integer.toString(FOR_PCAP4J));
  }

  private static void end(RunningTool tool) throws Exception {
    assertEquals(0, tool.exitCode(), tool::toString);
  }

  private static boolean said(RunningTool tool, String text) {
    return tool.out().stream().anyMatch(line -> line.contains(text));
  }

  /** Each packet's bytes. */
  private List<String> captured(String program) throws IOException {
    List<String> packets = new ArrayList<>();
    PcapPacket packet = new PcapPacket();
    try (SavefileReader reader = SavefileReader.open(file(program))) {
      while (reader.next(packet)) {
        StringBuilder bytes = new StringBuilder();
        for (int i = 0; i < packet.capturedLength(); i++) {
          bytes.append(
              String.format(Locale.ROOT, "%02x", packet.buffer().get(packet.offset() + i)));
        }
        packets.add(bytes.toString());
      }
    }
    return packets;
  }

  private static boolean isInstalled(String program) {
    return Stream.of(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }
}
