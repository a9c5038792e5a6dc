package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.pcapnetmap.cli.Nmcap;

/**
 * What the contestants find: where programs lie, two cores, and a runtime directory of their own,
 * so that a switch that is in use on this machine is not touched.
 */
final class Workbench implements AutoCloseable {
  private static final Path SHARED_MEMORY = Path.of("/dev/shm");

  private final Path home;
  private final Timing timing;
  private final Cores cores = Cores.allowed();
  private final Path runtime;

  Workbench(Path home, Timing timing) throws IOException {
    this.home = home;
    this.timing = timing;
    this.runtime = Files.createTempDirectory(SHARED_MEMORY, "nmbench");
  }

  Timing timing() {
    return timing;
  }

  /** The cores that the processes are pinned to. */
  Cores cores() {
    return cores;
  }

  /** A worker of ours in C. */
  Path worker(String name) {
    return home.resolve("compat-tests/target/native-bench").resolve(name);
  }

  /** The launcher that puts a program on netmap ports. */
  Path nmrun() {
    return home.resolve("native-preload/target/native/nmrun");
  }

  /** What the adapter's build makes: the agent. */
  Path adapter() {
    return home.resolve("pcap4j-adapter/target/pcap4j-adapter.jar");
  }

  /** Where published versions of pcap4j and of what it needs lie. */
  Path pcap4j() {
    return home.resolve("compat-tests/target/pcap4j");
  }

  /** The engine with all that it needs. */
  Path nmcap() {
    return home.resolve("pcap-netmap/target/nmcap.jar");
  }

  /** Our own programs in Java. */
  Path classes() {
    return home.resolve("compat-tests/target/classes");
  }

  /** The library that nmrun preloads. */
  Path preload() {
    return home.resolve("native-preload/target/native/libpcap-netmap.so");
  }

  /** A file on tmpfs, not there yet. */
  ScratchFile scratchFile(String name) {
    return new ScratchFile(runtime.resolve(name));
  }

  /** The first program of this name on the path. */
  static Optional<Path> program(String name) {
    String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/sbin";
    for (String folder : path.split(":", -1)) {
      Path file = Path.of(folder, name);
      if (!folder.isEmpty() && Files.isExecutable(file)) {
        return Optional.of(file);
      }
    }
    return Optional.empty();
  }

  /** Why a program that is needed cannot be used, if it cannot. */
  static Optional<String> lacks(String name, String debianPackage) {
    return program(name).isPresent()
        ? Optional.empty()
        : Optional.of(name + " is not installed (Debian package " + debianPackage + ")");
  }

  /** Starts a program on one core. */
  Worker start(int core, List<String> command) throws IOException {
    List<String> pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
    pinned.addAll(command);
    return startAnywhere(pinned);
  }

  /** Starts a program on whatever core the kernel likes. */
  Worker startAnywhere(List<String> command) throws IOException {
    return Worker.start(command, Map.of("NETMAP_RUNTIME_DIR", runtime.toString()));
  }

  /** The command line of a main class of ours. */
  static List<String> java(Class<?> main) {
    List<String> command = new ArrayList<>(java());
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    return command;
  }

  /** nmcap, with its own options, as bin/nmcap starts it. */
  static List<String> nmcapJvm() {
    List<String> command = new ArrayList<>(java());
    command.add("-XX:CompileThresholdScaling=3");
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), Nmcap.class.getName()));
    return command;
  }

  /** A JVM with the options that all have. */
  static List<String> java() {
    String jvm = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return List.of(jvm, "-XX:+UseSerialGC", "-XX:-UsePerfData");
  }

  /** After Ctrl-C: ends what still runs and removes the runtime directory, if it is still there. */
  void abandon() {
    ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
    try {
      if (Files.exists(runtime)) {
        Folders.delete(runtime);
      }
    } catch (IOException e) {
      System.err.println("bench: " + runtime + " is left behind: " + e.getMessage());
    }
  }

  /** Removes the runtime directory; what is in it has no user any more. */
  @Override
  public void close() throws IOException {
    Folders.delete(runtime);
  }
}
