package org.pcapnetmap.cli;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.pcapnetmap.netmap.NetmapDevice;
import org.pcapnetmap.netmap.OpeningInfo;

/** {@code nmcap list}: who has which ports open, read from outside. */
final class ListCommand implements Command {
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
    return "[--json]";
  }

  @Override
  public Options options() {
    return new Flags().withJson();
  }

  @Override
  public void run(CommandLine line, Terminal terminal) throws UsageException, IOException {
    Words.none(line);
    List<OpeningInfo> openings = NetmapDevice.list();
    if (line.hasOption("json")) {
      List<Json> members = openings.stream().map(ListCommand::json).toList();
      terminal.println(new Json().put("openings", members).toString());
    } else if (openings.isEmpty()) {
      terminal.println("No port is open.");
    } else {
      for (String row : table(openings).lines()) {
        terminal.println(row);
      }
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
          mode(o),
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

  private static Json json(OpeningInfo o) {
    return new Json()
        .put("port", o.name())
        .put("mode", mode(o))
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
        .put("sent", o.statistics().sent());
  }
}
