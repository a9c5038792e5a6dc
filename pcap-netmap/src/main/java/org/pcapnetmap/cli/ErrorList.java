package org.pcapnetmap.cli;

import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.pcapnetmap.netmap.LoggedError;

/** What {@code nmcap list --errors} shows: the distinct errors of all switches, the latest last. */
record ErrorList(List<LoggedError> errors) {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT)
          .withZone(ZoneId.systemDefault());

  ErrorList {
    errors = errors.stream().sorted(Comparator.comparingLong(LoggedError::lastNanos)).toList();
  }

  List<String> lines() {
    if (errors.isEmpty()) {
      return List.of("No error is known of the switches in use.");
    }
    Table table = new Table("COUNT", "FIRST", "LAST", "PROGRAM", "PID", "ERROR");
    errors.forEach(
        e ->
            table.add(
                Long.toString(e.count()),
                time(e.firstNanos()),
                time(e.lastNanos()),
                e.program(),
                e.pid() == 0 ? "" : Integer.toString(e.pid()),
                e.text()));
    return table.lines();
  }

  private static String time(long nanos) {
    return nanos == 0 ? "" : TIME.format(Instant.ofEpochSecond(0, nanos));
  }

  List<Json> json() {
    return errors.stream().map(ErrorList::json).toList();
  }

  private static Json json(LoggedError e) {
    return new Json()
        .put("switch", e.switchName())
        .put("kind", e.kind().name().toLowerCase(Locale.ROOT))
        .put("count", e.count())
        .put("first", e.firstNanos() / NANOS_PER_SECOND)
        .put("last", e.lastNanos() / NANOS_PER_SECOND)
        .put("program", e.program())
        .put("pid", e.pid())
        .put("opening", e.opening())
        .put("text", e.text());
  }
}
