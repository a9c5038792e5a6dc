package org.pcapnetmap.cli;

import java.io.IOException;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.pcapnetmap.netmap.NetmapDevice;
import org.pcapnetmap.netmap.OpeningInfo;

/** {@code nmcap stat}: what every opening does, second by second, read from outside. */
final class StatCommand implements Command {
  private static final long SECOND = 1_000_000_000;
  private static final double BITS_PER_BYTE = 8;

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
    return "[--interval SECONDS] [--count N] [--json]";
  }

  @Override
  public Options options() {
    return new Flags()
        .value("interval", "SECONDS", "time between two looks; 1 if not given")
        .value("count", "N", "how many times to look; until Ctrl-C if not given")
        .withJson();
  }

  @Override
  public void run(CommandLine line, Terminal terminal) throws UsageException, IOException {
    Words.none(line);
    long interval = Quantity.nanos(line, "interval", SECOND);
    long count = Quantity.count(line, "count", Long.MAX_VALUE, 1, Long.MAX_VALUE);
    new Watch(terminal, line.hasOption("json"), interval).run(Stop.onSignals(), count);
  }

  /** One run of the command. */
  private static final class Watch {
    private final Terminal terminal;
    private final boolean json;
    private final long interval;
    private final Rates rates = new Rates();
    private final long start = System.nanoTime();
    private long packets;
    private long bytes;
    private long dropped;

    Watch(Terminal terminal, boolean json, long interval) {
      this.terminal = terminal;
      this.json = json;
      this.interval = interval;
    }

    void run(Stop stop, long count) throws IOException {
      rates.remember(NetmapDevice.list(), start);
      long due = start;
      for (long i = 0; i < count && !stop.requested(); i++) {
        due += interval;
        waitUntil(due, stop);
        look();
      }
      if (json) {
        terminal.println(total().toString());
      }
    }

    private static void waitUntil(long due, Stop stop) {
      for (long left = due - System.nanoTime(); left > 0 && !stop.requested(); ) {
        stop.pause(left);
        left = due - System.nanoTime();
      }
    }

    private void look() throws IOException {
      List<OpeningInfo> openings = NetmapDevice.list();
      List<Rates.Change> changes = openings.stream().map(rates::since).toList();
      rates.remember(openings, System.nanoTime());
      changes.forEach(this::add);
      if (json) {
        terminal.println(json(changes).toString());
      } else {
        print(changes);
      }
    }

    private void add(Rates.Change change) {
      packets += change.received();
      bytes += change.receivedBytes();
      dropped += change.dropped();
    }

    private void print(List<Rates.Change> changes) throws IOException {
      Table table =
          new Table(
              "PORT",
              "PROGRAM",
              "RX PPS",
              "RX GBIT/S",
              "DROPPED/S",
              "FILTERED/S",
              "TX PPS",
              "TX GBIT/S");
      changes.forEach(change -> table.add(row(change)));
      for (String row : table.lines()) {
        terminal.println(row);
      }
      terminal.println(changes.isEmpty() ? "(no port is open)\n" : "");
    }

    private String[] row(Rates.Change c) {
      return new String[] {
        c.name(),
        c.program(),
        perSecond(c.received()),
        gigabits(c.receivedBytes()),
        perSecond(c.dropped()),
        perSecond(c.filtered()),
        perSecond(c.sent()),
        gigabits(c.sentBytes())
      };
    }

    private String perSecond(long count) {
      return Quantity.shortened(count / rates.seconds());
    }

    private String gigabits(long byteCount) {
      return String.format("%.2f", byteCount * BITS_PER_BYTE / rates.seconds() / SECOND);
    }

    private Json json(List<Rates.Change> changes) {
      return new Json()
          .put("seconds", rates.seconds())
          .put("openings", changes.stream().map(Watch::json).toList());
    }

    private static Json json(Rates.Change c) {
      return new Json()
          .put("port", c.name())
          .put("program", c.program())
          .put("received", c.received())
          .put("receivedBytes", c.receivedBytes())
          .put("dropped", c.dropped())
          .put("filtered", c.filtered())
          .put("sent", c.sent())
          .put("sentBytes", c.sentBytes());
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
