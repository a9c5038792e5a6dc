package org.pcapnetmap.compat.pcap4j;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.pcapnetmap.compat.tools.Place;
import org.pcapnetmap.compat.tools.RunningTool;

/**
 * Launches programs of pcap4j-sample, as they are published, on a port behind a mapped name, which
 * they let their user choose from the list of interfaces.
 */
final class SampleProgram {
  private static final String PACKAGE = "org.pcap4j.sample.";
  private static final String NAME = "mapped0";

  private SampleProgram() {}

  /** Starts a sample, chooses the port from its list, and waits until it is open with a filter. */
  static RunningTool start(Place net, String program, List<String> properties, String... arguments)
      throws Exception {
    RunningTool sample = launch(net, program, properties, arguments);
    return begun(
        sample,
        () -> {
          choose(sample);
          net.awaitFilter("java");
        });
  }

  /** The same for one that sets no filter. */
  static RunningTool startUnfiltered(Place net, String program) throws Exception {
    RunningTool sample = launch(net, program, List.of());
    return begun(
        sample,
        () -> {
          choose(sample);
          net.awaitOpened("java");
        });
  }

  /** The same for one that is told the name of its device, by a property. */
  static RunningTool startOnName(
      Place net, String program, List<String> properties, String... arguments) throws Exception {
    List<String> all = new ArrayList<>(properties);
    all.add("nifName=" + NAME);
    RunningTool sample = launch(net, program, all, arguments);
    return begun(sample, () -> net.awaitFilter("java"));
  }

  /** What a sample does before frames are sent to it. */
  private interface Beginning {
    void await() throws Exception;
  }

  private static RunningTool begun(RunningTool sample, Beginning beginning) throws Exception {
    try {
      beginning.await();
      return sample;
    } catch (Exception | AssertionError e) {
      sample.close();
      throw e;
    }
  }

  /** Starts a sample, and leaves it to itself. */
  static RunningTool launch(Place net, String program, List<String> properties, String... arguments)
      throws IOException {
    List<Path> path = new ArrayList<>(Pcap4jVersion.V1.jars());
    path.add(Pcap4jVersion.jar("pcap4j-sample-1.8.2.jar"));
    List<String> command = new ArrayList<>();
    command.add(Jdk.running().java());
    command.add("-javaagent:" + Pcap4jVersion.ADAPTER + "=" + NAME + "=" + net.port("sample"));
    for (String property : properties) {
      command.add("-D" + PACKAGE + program + "." + property);
    }
    command.addAll(List.of("-cp", Pcap4jVersion.classPath(path), PACKAGE + program));
    command.addAll(List.of(arguments));
    return RunningTool.startInteractive(Map.of(), net.nearCommand(command));
  }

  private static void choose(RunningTool sample) throws Exception {
    sample.awaitText("]: " + NAME);
    String line =
        sample.out().stream().filter(l -> l.endsWith("]: " + NAME)).findFirst().orElseThrow();
    sample.type(line.substring(line.indexOf('[') + 1, line.indexOf(']')));
  }
}
