package org.pcapnetmap.compat.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.DefaultParser;
import org.apache.commons.cli.Options;
import org.apache.commons.cli.ParseException;

/**
 * What the command line asks for.
 *
 * @param quick tiny windows, no patience: to see that everything runs
 * @param rounds how often each contestant runs
 * @param seconds length of a window
 * @param only which contestants run, found anywhere in the name
 * @param json where everything is written to
 */
record BenchOptions(boolean quick, int rounds, double seconds, Pattern only, Optional<Path> json) {
  private static final String USAGE =
      """
      usage: bench [option ...]
        --rounds N       runs of each contestant; 5 if not given
        --seconds S      that each run measures; 1 if not given
        --only REGEX     contestants whose names contain this, and what they are compared with
        --json FILE      write medians, ratios and all samples to this file
        --quick          tiny runs, to see that everything works; the figures mean little
        --help           this text\
      """;

  static BenchOptions parse(String... arguments) throws ParseException {
    Options known = new Options();
    for (String name : List.of("rounds", "seconds", "only", "json")) {
      known.addOption(null, name, true, "");
    }
    known.addOption(null, "quick", false, "").addOption(null, "help", false, "");
    CommandLine line = new DefaultParser().parse(known, arguments);
    if (line.hasOption("help") || !line.getArgList().isEmpty()) {
      throw new ParseException(USAGE);
    }
    return of(line);
  }

  private static BenchOptions of(CommandLine line) throws ParseException {
    boolean quick = line.hasOption("quick");
    try {
      return new BenchOptions(
          quick,
          Integer.parseInt(line.getOptionValue("rounds", quick ? "1" : "5")),
          Double.parseDouble(line.getOptionValue("seconds", "1")),
          Pattern.compile(line.getOptionValue("only", "")),
          Optional.ofNullable(line.getOptionValue("json")).map(Path::of));
    } catch (IllegalArgumentException e) {
      throw new ParseException(e.getMessage() + "\n" + USAGE);
    }
  }

  Timing timing() {
    return quick ? Timing.quick() : Timing.full(seconds);
  }
}
