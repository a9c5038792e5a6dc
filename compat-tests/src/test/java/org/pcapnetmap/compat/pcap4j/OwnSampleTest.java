package org.pcapnetmap.compat.pcap4j;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.pcapnetmap.compat.tools.Frames;
import org.pcapnetmap.compat.tools.Peer;
import org.pcapnetmap.compat.tools.Place;
import org.pcapnetmap.compat.tools.RunningTool;

/** This project's samples in plain pcap4j, by the agent. */
@Tag("interface")
class OwnSampleTest {
  private static final String PACKAGE = "org.pcapnetmap.samples.pcap4j.";
  private static final int COUNT = 500;
  private static final int LENGTH = 60;

  @TempDir private Path folder;
  private Place net;

  @BeforeEach
  void open() throws Exception {
    net = Place.ofThisRun();
  }

  @AfterEach
  void close() {
    if (net != null) {
      net.close();
    }
  }

  @Test
  void countsPackets() throws Exception {
    List<byte[]> frames = Frames.mixed(COUNT);
    int bytes = frames.stream().mapToInt(frame -> frame.length).sum();
    try (RunningTool sample = start("CountPackets")) {
      net.awaitOpened("java");
      net.send(frames);
      assertEquals(0, sample.exitCode(), sample::toString);
      String said = COUNT + " packets, " + bytes + " bytes in ";
      assertTrue(sample.out().get(0).startsWith(said), sample::toString);
      assertEquals("0 dropped", sample.out().get(1), sample::toString);
    }
    net.assertNobodyLeft();
  }

  @Test
  void sendsPackets() throws Exception {
    try (Peer peer = net.peer("peer");
        RunningTool sample = start("SendPackets")) {
      List<byte[]> sent = Place.await(peer, COUNT);
      assertEquals(COUNT, sent.size());
      assertTrue(sent.stream().allMatch(frame -> frame.length == LENGTH));
      assertEquals(0, sample.exitCode(), sample::toString);
      assertTrue(sample.out().get(0).startsWith(COUNT + " packets in "), sample::toString);
    }
    net.assertNobodyLeft();
  }

  @ParameterizedTest
  @ValueSource(strings = {"CountPackets", "SendPackets"})
  void sayHowTheyAreUsed(String name) throws Exception {
    try (RunningTool sample = start(name, List.of(net.port("sample")))) {
      assertEquals(2, sample.exitCode(), sample::toString);
      assertEquals(List.of("usage: " + name + " <device> <count>"), sample.err());
    }
  }

  private RunningTool start(String name) throws IOException {
    return start(name, List.of(net.port("sample"), Integer.toString(COUNT)));
  }

  private RunningTool start(String name, List<String> arguments) throws IOException {
    Pcap4jVersion version = Pcap4jVersion.V1;
    List<Path> path = new ArrayList<>(version.jars());
    path.add(Application.compileSample(PACKAGE + name, version, folder).classes());
    List<String> command =
        new ArrayList<>(
            List.of(
                Jdk.running().java(),
                "-javaagent:" + Pcap4jVersion.ADAPTER,
                "-cp",
                Pcap4jVersion.classPath(path),
                PACKAGE + name));
    command.addAll(arguments);
    return net.start(Map.of(), command);
  }
}
