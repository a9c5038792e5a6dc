package org.pcapnetmap.cli;

import java.io.IOException;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.pcapnetmap.netmap.PortStatistics;

/** {@code nmcap stat}: what every opening does, second by second, read from outside. */
final class StatCommand implements Command {
  private static final long SECOND = 1_000_000_000;

  @Override
  public String name() {
    return "stat";
  }

  @Override
  public String summary() {
    return "Shows the rates of all open ports, live, without disturbing them";
  }

  @Override
  public String usage() {
    return "[--interval SECONDS] [--count N] [--pairs] [--json]";
  }

  @Override
  public Options options() {
    return new Flags()
        .value("interval", "SECONDS", "time between two looks; 1 if not given")
        .value("count", "N", "how many times to look; until Ctrl-C if not given")
        .flag("pairs", "also who sends to whom, who drops and filters whose frames")
        .withJson(
            "before it, one object a look, with every opening and every pair: what each counter"
                + " grew by, the rates, and under total the counter itself");
  }

  @Override
  public void run(CommandLine line, Terminal terminal) throws UsageException, IOException {
    Words.none(line);
    long interval = Quantity.nanos(line, "interval", SECOND);
    long count = Quantity.count(line, "count", Long.MAX_VALUE, 1, Long.MAX_VALUE);
    Form form = line.hasOption("json") ? Form.JSON : Form.of(terminal);
    new Watch(terminal, form, line.hasOption("pairs"), interval).run(Stop.onSignals(), count);
  }

  /** How the rates are shown. */
  private enum Form {
    JSON,
    /** Tables below each other, for a file or a pipe. */
    LINES,
    /** A table in place of the last one. */
    LIVE;

    static Form of(Terminal terminal) {
      return terminal.shown().getAsBoolean() ? LIVE : LINES;
    }
  }

  /** One run of the command. */
  private static final class Watch {
    private static final String REDRAW = "\u001b[H\u001b[J";

    private final Terminal terminal;
    private final Form form;
    private final boolean pairs;
    private final long interval;
    private final long start = System.nanoTime();
    private Rates.Look last;
    private long packets;
    private long bytes;
    private long dropped;

    Watch(Terminal terminal, Form form, boolean pairs, long interval) throws IOException {
      this.terminal = terminal;
      this.form = form;
      this.pairs = pairs;
      this.interval = interval;
      this.last = look();
    }

    void run(Stop stop, long count) throws IOException {
      long due = start;
      for (long i = 0; i < count && !stop.requested(); i++) {
        due += interval;
        waitUntil(due, stop);
        Rates.Look now = look();
        Rates rates = now.since(last);
        last = now;
        add(rates);
        show(rates, i == 0);
      }
      if (form == Form.JSON) {
        terminal.println(total().toString());
      }
    }

    private static Rates.Look look() throws IOException {
      return new Rates.Look(System.nanoTime(), OpenPorts.list(), OpenPorts.pairs());
    }

    private static void waitUntil(long due, Stop stop) {
      for (long left = due - System.nanoTime(); left > 0 && !stop.requested(); ) {
        stop.pause(left);
        left = due - System.nanoTime();
      }
    }

    /** Openings that share rings share their counters, which count once. */
    private void add(Rates rates) {
      for (Rates.Opening o : OwnRings.only(rates.openings(), Rates.Opening::now)) {
        packets += o.grown(PortStatistics::accepted);
        bytes += o.grown(PortStatistics::publishedBytes);
        dropped += o.grown(PortStatistics::dropped);
      }
    }

    private void show(Rates rates, boolean first) throws IOException {
      switch (form) {
        case JSON -> terminal.println(new RateJson(rates).json().toString());
        case LINES -> terminal.println((first ? "" : "\n") + table(rates));
        default -> terminal.println(REDRAW + table(rates));
      }
    }

    private String table(Rates rates) {
      return String.join("\n", new RateTables(rates).lines(pairs));
    }

    private Json total() {
      double elapsed = (System.nanoTime() - start) / (double) SECOND;
      return new Json()
          .put("command", "stat")
          .put("packets", packets)
          .put("bytes", bytes)
          .put("dropped", dropped)
          .put("seconds", elapsed)
          .put("packetsPerSecond", packets / elapsed);
    }
  }
}
