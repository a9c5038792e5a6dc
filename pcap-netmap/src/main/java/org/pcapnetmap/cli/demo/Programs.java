package org.pcapnetmap.cli.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.pcapnetmap.cli.CommandException;

/** The command lines that the demo runs. */
final class Programs {
  /** What both halves send, in bytes without Ethernet's checksum, and for how long. */
  static final int FRAME_SIZE = 60;

  static final int SECONDS = 3;

  private static final String HOME = "nmcap.home";

  private Programs() {}

  /**
   * tcpdump that throws away what it captures. Started by root it would give its savefile, here
   * {@code /dev/null}, to the user it becomes; so it stays root.
   */
  static List<String> tcpdumpToNowhere(String port) {
    boolean root = "root".equals(System.getProperty("user.name"));
    return root ? tcpdump(port, "-Z", "root", "-w", "/dev/null") : tcpdump(port, "-w", "/dev/null");
  }

  /** tcpdump that does no name look-ups. */
  static List<String> tcpdump(String port, String... options) {
    List<String> command = new ArrayList<>(List.of("tcpdump", "-i", port, "-n"));
    command.addAll(List.of(options));
    return command;
  }

  /** A program on netmap ports. */
  static List<String> nmrun(List<String> command) throws IOException {
    List<String> all = new ArrayList<>();
    all.add(launcher().toString());
    all.addAll(command);
    return all;
  }

  private static Path launcher() throws CommandException {
    String home = System.getProperty(HOME);
    Path nmrun = home == null ? null : Path.of(home, "bin", "nmrun");
    if (nmrun == null || !Files.isExecutable(nmrun)) {
      throw new CommandException("demo: there is no nmrun; start the demo by bin/nmcap demo");
    }
    return nmrun;
  }

  /** Another process of this very program: a main class and its arguments. */
  static List<String> java(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(ProcessHandle.current().info().command().orElse("java"));
    command.addAll(List.of("-XX:+UseSerialGC", "-XX:-UsePerfData"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(List.of(arguments));
    return command;
  }
}
