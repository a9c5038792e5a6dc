package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.commons.cli.ParseException;

/** The benchmarks' main class. */
public final class Bench {
  private static final int USAGE_ERROR = 2;
  private static final int RUNTIME_ERROR = 1;

  private Bench() {}

  /**
   * Runs the contestants and prints the table; progress goes to standard error. Exit code 1 if one
   * could not be run, 2 if the command line is not understood. A goal that is not met is a result,
   * not an error.
   *
   * @param arguments see {@code --help}
   */
  public static void main(String[] arguments) {
    System.exit(run(arguments));
  }

  private static int run(String... arguments) {
    try {
      BenchOptions options = BenchOptions.parse(arguments);
      Path home = Path.of(System.getProperty("nmcap.home", "")).toAbsolutePath();
      run(home, options);
      return 0;
    } catch (ParseException e) {
      System.err.println(e.getMessage());
      return USAGE_ERROR;
    } catch (IOException e) {
      System.err.println("bench: " + e.getMessage());
      return RUNTIME_ERROR;
    }
  }

  private static void run(Path home, BenchOptions options) throws IOException {
    List<Row> rows = select(LineUp.rows(), options.only());
    try (Workbench bench = new Workbench(home, options.timing())) {
      Runtime.getRuntime().addShutdownHook(new Thread(bench::abandon));
      Results results = new Rounds(bench, !options.quick(), System.err).run(rows, options.rounds());
      Report report = new Report(rows, results);
      report.table().forEach(System.out::println);
      if (options.json().isPresent()) {
        Files.writeString(options.json().get(), report.json(bench.cores()) + "\n");
      }
    }
  }

  /** The rows that are asked for, and the peers that they are held against, in order. */
  static List<Row> select(List<Row> rows, Pattern only) {
    Set<String> names = new LinkedHashSet<>();
    for (Row row : rows) {
      if (only.matcher(row.name()).find()) {
        names.add(row.name());
        row.goals().forEach(goal -> names.add(goal.name()));
      }
    }
    List<Row> selected = new ArrayList<>(rows);
    selected.removeIf(row -> !names.contains(row.name()));
    return selected;
  }
}
