package org.pcapnetmap.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.pcapnetmap.netmap.PairCounters;
import org.pcapnetmap.netmap.PortStatistics;

/** What {@code nmcap stat} shows to people: a table of openings and, if asked for, one of pairs. */
record RateTables(Rates rates) {
  private static final double EXACT_BELOW = 10;

  List<String> lines(boolean withPairs) {
    if (rates.openings().isEmpty()) {
      return List.of("(no port is open)");
    }
    List<String> lines = new ArrayList<>(openings().lines());
    if (withPairs) {
      lines.add("");
      lines.addAll(pairs().lines());
    }
    return lines;
  }

  private Table openings() {
    Table table =
        new Table(
            "PORT",
            "PROGRAM",
            "RX PPS",
            "RX BIT/S",
            "DROPPED/S",
            "FILTERED/S",
            "TX PPS",
            "TX BIT/S",
            "WAKE-UPS/S");
    rates.openings().forEach(opening -> table.add(row(opening)));
    return table;
  }

  private String[] row(Rates.Opening o) {
    return new String[] {
      o.now().path().isEmpty() ? o.now().name() : o.now().name() + " (" + o.now().path() + ')',
      o.now().program(),
      perSecond(o.grown(PortStatistics::accepted)),
      bits(o.grown(PortStatistics::publishedBytes)),
      perSecond(o.grown(PortStatistics::dropped)),
      perSecond(o.grown(PortStatistics::filtered)),
      perSecond(o.grown(PortStatistics::sent)),
      bits(o.grown(PortStatistics::sentBytes)),
      perSecond(o.grown(PortStatistics::wakeups))
    };
  }

  private Table pairs() {
    Table table =
        new Table(
            "FROM", "TO", "PPS", "BIT/S", "DROPPED/S", "FILTERED/S", "WAKE-UPS/S", "TAKE-OVERS");
    rates.pairs().forEach(pair -> table.add(row(pair)));
    return table;
  }

  private String[] row(Rates.Pair p) {
    return new String[] {
      sender(p.now()),
      p.now().switchName() + ':' + p.now().receiverPort() + " (" + p.now().receiver() + ')',
      perSecond(p.grown(PairCounters::accepted)),
      bits(p.grown(PairCounters::bytes)),
      perSecond(p.grown(PairCounters::dropped)),
      perSecond(p.grown(PairCounters::filtered)),
      perSecond(p.grown(PairCounters::wakeups)),
      Long.toString(p.now().takeovers())
    };
  }

  /** A port may have several openings: their numbers tell them apart. */
  private static String sender(PairCounters p) {
    return p.sender() == PairCounters.CLOSED
        ? p.switchName() + " (closed ones)"
        : p.switchName() + ':' + p.senderPort() + " (" + p.sender() + ')';
  }

  private String perSecond(long count) {
    return shown(rates.perSecond(count));
  }

  private String bits(long bytes) {
    return shown(rates.bitsPerSecond(bytes));
  }

  /** With a unit that fits, so that nothing that moves is shown as 0. */
  static String shown(double rate) {
    boolean exact = rate < EXACT_BELOW && rate != Math.rint(rate);
    return exact ? String.format(Locale.ROOT, "%.2f", rate) : Quantity.shortened(rate);
  }
}
