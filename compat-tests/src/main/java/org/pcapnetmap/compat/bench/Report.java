package org.pcapnetmap.compat.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.pcapnetmap.cli.Json;
import org.pcapnetmap.cli.Table;

/** The results as a table and as JSON. */
final class Report {
  private static final String UNKNOWN = "–";

  private final List<Row> rows;
  private final Results results;

  Report(List<Row> rows, Results results) {
    this.rows = rows;
    this.results = results;
  }

  /** One line for each contestant, and one more for each further goal of it. */
  List<String> table() {
    Table table = new Table("contestant", "median", "unit", "goal", "achieved", "");
    for (Row row : rows) {
      add(table, row);
    }
    List<String> lines = new ArrayList<>(table.lines());
    results.obstacles().forEach((name, reason) -> lines.add("left out: " + name + ": " + reason));
    rows.stream()
        .filter(row -> !results.balanced(row.name()))
        .forEach(row -> lines.add("counts do not add up: " + row.name()));
    return lines;
  }

  private void add(Table table, Row row) {
    OptionalDouble median = results.median(row.name());
    if (median.isEmpty()) {
      return;
    }
    Unit unit = row.contestant().unit();
    String name = row.name() + (isDisturbed(row) ? " (disturbed)" : "");
    String value = unit.format(median.getAsDouble());
    if (row.goals().isEmpty()) {
      table.add(name, value, unit.symbol(), "", "", "");
    }
    for (Goal goal : row.goals()) {
      OptionalDouble achieved = goal.achieved(row.name(), results);
      String met = achieved.isPresent() ? goal.format(achieved.getAsDouble(), unit) : UNKNOWN;
      table.add(name, value, unit.symbol(), prefix(goal) + goal.text(), met, verdict(goal, row));
      name = "";
      value = "";
    }
  }

  private static String prefix(Goal goal) {
    if (goal.isReported()) {
      return "";
    }
    return goal.must() ? "must " : "aim ";
  }

  private String verdict(Goal goal, Row row) {
    OptionalDouble achieved = goal.achieved(row.name(), results);
    if (achieved.isEmpty()) {
      return "peer missing";
    }
    if (goal.isReported()) {
      return "reported";
    }
    return goal.isMet(achieved.getAsDouble()) ? "met" : "NOT met";
  }

  /** Whether some sample was taken beside busy neighbours, for want of a better one. */
  private boolean isDisturbed(Row row) {
    return results.of(row.name()).stream().anyMatch(taken -> taken.neighbours() > Rounds.QUIET);
  }

  /** Everything, with each single sample. */
  String json(Cores cores) {
    return new Json()
        .put("cores", Math.min(2, Runtime.getRuntime().availableProcessors()))
        .put("senderCore", cores.sender())
        .put("receiverCore", cores.receiver())
        .put("rows", rows.stream().map(this::json).toList())
        .toString();
  }

  private Json json(Row row) {
    Unit unit = row.contestant().unit();
    Json json = new Json().put("name", row.name());
    json.put("unit", unit.name().toLowerCase(Locale.ROOT));
    results.median(row.name()).ifPresent(median -> json.put("median", median));
    String obstacle = results.obstacles().get(row.name());
    if (obstacle != null) {
      json.put("leftOut", obstacle);
    }
    json.put("goals", row.goals().stream().map(goal -> json(goal, row)).toList());
    return json.put("samples", results.of(row.name()).stream().map(Report::json).toList());
  }

  private Json json(Goal goal, Row row) {
    Json json = new Json().put("goal", prefix(goal) + goal.text());
    if (!goal.isReported()) {
      json.put("bound", goal.bound());
    }
    OptionalDouble achieved = goal.achieved(row.name(), results);
    achieved.ifPresent(value -> json.put("achieved", value));
    return json.put("verdict", verdict(goal, row));
  }

  private static Json json(Results.Taken taken) {
    Json json =
        new Json()
            .put("value", taken.sample().value())
            .put("balanced", taken.sample().balanced() ? 1 : 0)
            .put("neighbourCores", taken.neighbours());
    taken.sample().figures().values().forEach(json::put);
    return json;
  }
}
