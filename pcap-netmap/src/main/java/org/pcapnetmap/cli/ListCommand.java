package org.pcapnetmap.cli;

import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.pcapnetmap.netmap.NetmapDevice;
import org.pcapnetmap.netmap.OpeningInfo;
import org.pcapnetmap.netmap.PortStatistics;

/** {@code nmcap list}: who has which ports open, read from outside. */
final class ListCommand implements Command {
  private static final double NANOS_PER_SECOND = 1e9;

  @Override
  public String name() {
    return "list";
  }

  @Override
  public String summary() {
    return "Lists the ports that are open and who opened them";
  }

  @Override
  public String usage() {
    return "[--errors] [--json]";
  }

  @Override
  public Options options() {
    return new Flags()
        .flag(
            "errors",
            "what has gone wrong on the switches: distinct errors with count, first and last time,"
                + " and the program that met it; a switch's log goes with its last process")
        .withJson(
            "packets (received), bytes and dropped are sums over all openings, seconds is the age"
                + " of the oldest opening, packetsPerSecond the mean since then");
  }

  @Override
  public void run(CommandLine line, Terminal terminal) throws UsageException, IOException {
    Words.none(line);
    // First, since listing the ports removes the switches that nobody uses any more.
    Optional<ErrorList> errors =
        line.hasOption("errors")
            ? Optional.of(new ErrorList(NetmapDevice.errors()))
            : Optional.empty();
    List<OpeningInfo> openings = OpenPorts.list();
    if (line.hasOption("json")) {
      Json total = total(openings, Instant.now());
      errors.ifPresent(list -> total.put("errors", list.json()));
      terminal.println(total.toString());
    } else {
      print(errors.map(ErrorList::lines).orElseGet(() -> lines(openings)), terminal);
    }
  }

  private static List<String> lines(List<OpeningInfo> openings) {
    return openings.isEmpty() ? List.of("No port is open.") : table(openings).lines();
  }

  private static void print(List<String> lines, Terminal terminal) throws IOException {
    for (String line : lines) {
      terminal.println(line);
    }
  }

  private static Table table(List<OpeningInfo> openings) {
    Table table =
        new Table(
            "PORT",
            "MODE",
            "PROGRAM",
            "PID",
            "TX SLOTS",
            "RX SLOTS",
            "BUFFER",
            "FILTER",
            "RECEIVED",
            "DROPPED",
            "FILTERED",
            "SENT");
    for (OpeningInfo o : openings) {
      table.add(
          o.name(),
          o.path().isEmpty() ? mode(o) : mode(o) + ", " + o.path(),
          o.program(),
          Integer.toString(o.pid()),
          slots(o.txRings(), o.txSlots()),
          slots(o.rxRings(), o.rxSlots()),
          Integer.toString(o.bufferSize()),
          o.filterLength() == 0 ? "" : Integer.toString(o.filterLength()),
          Long.toString(o.statistics().accepted()),
          Long.toString(o.statistics().dropped()),
          Long.toString(o.statistics().filtered()),
          Long.toString(o.statistics().sent()));
    }
    return table;
  }

  private static String slots(int rings, int slots) {
    return rings == 1 ? Integer.toString(slots) : rings + "x" + slots;
  }

  private static String mode(OpeningInfo opening) {
    return opening.mode().name().toLowerCase(Locale.ROOT);
  }

  /** The openings, behind their sums since the oldest of them was opened. */
  static Json total(List<OpeningInfo> openings, Instant now) {
    long packets = sum(openings, PortStatistics::accepted);
    double seconds = secondsOfOldest(openings, now);
    return new Json()
        .put("command", "list")
        .put("packets", packets)
        .put("bytes", sum(openings, PortStatistics::publishedBytes))
        .put("dropped", sum(openings, PortStatistics::dropped))
        .put("seconds", seconds)
        .put("packetsPerSecond", seconds > 0 ? packets / seconds : 0)
        .put("openings", openings.stream().map(ListCommand::json).toList());
  }

  private static long sum(List<OpeningInfo> openings, ToLongFunction<PortStatistics> counter) {
    return OwnRings.only(openings, Function.identity()).stream()
        .map(OpeningInfo::statistics)
        .mapToLong(counter)
        .sum();
  }

  /** Zero when nothing is open, or when somebody has put the clock back. */
  private static double secondsOfOldest(List<OpeningInfo> openings, Instant now) {
    long nanos = TimeUnit.SECONDS.toNanos(now.getEpochSecond()) + now.getNano();
    long oldest = openings.stream().mapToLong(OpeningInfo::openedNanos).min().orElse(nanos);
    return Math.max(0, nanos - oldest) / NANOS_PER_SECOND;
  }

  private static Json json(OpeningInfo o) {
    return new Json()
        .put("port", o.name())
        .put("mode", mode(o))
        .put("path", o.path())
        .put("program", o.program())
        .put("pid", o.pid())
        .put("uid", o.uid())
        .put("index", o.index())
        .put("txRings", o.txRings())
        .put("rxRings", o.rxRings())
        .put("txSlots", o.txSlots())
        .put("rxSlots", o.rxSlots())
        .put("bufferSize", o.bufferSize())
        .put("filterInstructions", o.filterLength())
        .put("received", o.statistics().accepted())
        .put("dropped", o.statistics().dropped())
        .put("filtered", o.statistics().filtered())
        .put("unread", o.statistics().unread())
        .put("sent", o.statistics().sent())
        .put("sentBad", o.statistics().sentBad())
        .put("offered", o.statistics().offered())
        .put("published", o.statistics().published())
        .put("consumed", o.statistics().consumed())
        .put("abandoned", o.statistics().abandoned())
        .put("wakeups", o.statistics().wakeups())
        .put("sleeps", o.statistics().sleeps())
        .put("takeovers", o.statistics().takeovers());
  }
}
