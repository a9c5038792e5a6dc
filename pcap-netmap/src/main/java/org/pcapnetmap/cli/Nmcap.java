package org.pcapnetmap.cli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Option;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;
import org.pcapnetmap.cli.bridge.BridgeCommand;
import org.pcapnetmap.cli.capture.CaptureCommand;
import org.pcapnetmap.cli.demo.DemoCommand;
import org.pcapnetmap.cli.send.SendCommand;
import org.pcapnetmap.pcap.FilterException;

/** Captures, sends and looks at traffic on netmap ports: the command {@code nmcap}. */
public final class Nmcap {
  /** Exit status of a run without error; Ctrl-C is none. */
  public static final int EXIT_SUCCESS = 0;

  /** Exit status when the work could not be done. */
  public static final int EXIT_FAILURE = 1;

  private static final int EXIT_NOBODY_READS = 128 + 13; // as a shell tells of SIGPIPE

  /** Exit status when the command line made no sense. */
  public static final int EXIT_USAGE = 2;

  private static final Path COMM = Path.of("/proc/self/comm");
  private static final int COMM_BYTES = 15;
  private static final String RUNTIME_DIR = "NETMAP_RUNTIME_DIR";

  private static final List<Command> COMMANDS =
      List.of(
          new CaptureCommand(),
          new SendCommand(),
          new BridgeCommand(),
          new ListCommand(),
          new StatCommand(),
          new DemoCommand());

  private final Terminal terminal;

  private Nmcap(Terminal terminal) {
    this.terminal = terminal;
  }

  /**
   * Runs a command and ends the process with its status.
   *
   * @param arguments a command and its options
   */
  public static void main(String[] arguments) {
    nameProcess(arguments);
    System.exit(run(Terminal.system(), arguments));
  }

  /** Lists of processes and of openings shall not say "java", so for the kernel's 15 bytes. */
  private static void nameProcess(String... arguments) {
    String name = arguments.length == 0 ? "nmcap" : "nmcap " + arguments[0];
    byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
    try {
      Files.write(COMM, Arrays.copyOf(bytes, Math.min(bytes.length, COMM_BYTES)));
    } catch (IOException ignored) {
      // No /proc, or not to be written: then it stays "java".
    }
  }

  /**
   * Runs a command. Every error becomes one line on standard error.
   *
   * @param terminal where results and messages go
   * @param arguments a command and its options
   * @return the exit status
   */
  public static int run(Terminal terminal, String... arguments) {
    try {
      new Nmcap(terminal).dispatch(arguments);
      return EXIT_SUCCESS;
    } catch (UsageException | FilterException e) {
      terminal.message(oneLine(e.getMessage()));
      return EXIT_USAGE;
    } catch (IOException e) {
      if (nobodyReads(e)) {
        return EXIT_NOBODY_READS;
      }
      terminal.message(oneLine(e.getMessage()));
      return EXIT_FAILURE;
    } catch (RuntimeException | Error e) {
      terminal.message(unexpected(e));
      return EXIT_FAILURE;
    }
  }

  /** As behind {@code | head}: other programs end there without a word, by a signal. */
  private static boolean nobodyReads(Throwable e) {
    return e != null && ("Broken pipe".equals(e.getMessage()) || nobodyReads(e.getCause()));
  }

  private static String oneLine(String message) {
    return String.join(" ", String.valueOf(message).lines().toList());
  }

  /** Not foreseen, so name the place for whoever mends it, but in one line still. */
  private static String unexpected(Throwable e) {
    StackTraceElement[] trace = e.getStackTrace();
    return "internal error: "
        + oneLine(e.toString())
        + (trace.length == 0 ? "" : " at " + trace[0])
        + "; please report it";
  }

  private void dispatch(String[] arguments) throws UsageException, FilterException, IOException {
    String first = arguments.length == 0 ? "" : arguments[0];
    switch (first) {
      case "help", "--help", "-h" -> help(arguments);
      case "--version", "-V" -> terminal.println("nmcap " + version());
      default -> run(command(first), Arrays.copyOfRange(arguments, 1, arguments.length));
    }
  }

  private static String version() {
    String version = Nmcap.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }

  private void help(String[] arguments) throws UsageException, IOException {
    terminal.println(
        arguments.length < 2 ? HelpText.overview(COMMANDS) : HelpText.of(command(arguments[1])));
  }

  private static Command command(String name) throws UsageException {
    if (name.isEmpty()) {
      throw new UsageException("no command is given; see 'nmcap --help'");
    }
    return COMMANDS.stream()
        .filter(command -> command.name().equals(name))
        .findFirst()
        .orElseThrow(
            () -> new UsageException(name + ": there is no such command; see 'nmcap --help'"));
  }

  private void run(Command command, String[] arguments)
      throws UsageException, FilterException, IOException {
    if (isHelp(arguments)) {
      terminal.println(HelpText.of(command));
      return;
    }
    try {
      CommandLine line = parse(command.options(), arguments);
      if (command instanceof ListCommand || command instanceof StatCommand) {
        checkRuntimeDirectory();
      }
      command.run(line, terminal);
    } catch (ParseException | UsageException e) {
      throw new UsageException(
          command.name() + ": " + e.getMessage() + "; see 'nmcap " + command.name() + " --help'");
    }
  }

  /** A directory that is named but not there is a slip of the pen, not a quiet machine. */
  private static void checkRuntimeDirectory() throws CommandException {
    String directory = System.getenv(RUNTIME_DIR);
    if (directory != null && !directory.isEmpty() && Files.notExists(Path.of(directory))) {
      throw new CommandException(
          directory + ": there is no such directory; correct or unset " + RUNTIME_DIR);
    }
  }

  /** Help is given whatever else stands on the line. */
  private static boolean isHelp(String[] arguments) {
    return Arrays.stream(arguments).anyMatch(word -> word.equals("--help") || word.equals("-h"));
  }

  private static CommandLine parse(Options options, String[] arguments)
      throws ParseException, UsageException {
    CommandLine line =
        DefaultParser.builder().setAllowPartialMatching(false).get().parse(options, arguments);
    Set<String> given = new HashSet<>();
    for (Option option : line.getOptions()) {
      // A switch may be repeated, as in tcpdump's -nn; of two values one would be lost.
      if (option.hasArg() && !given.add(option.getKey())) {
        String dashes = option.getOpt() == null ? "--" : "-";
        throw new UsageException(dashes + option.getKey() + " is given twice");
      }
    }
    return line;
  }
}
