package org.pcapnetmap.cli.demo;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.pcapnetmap.cli.Command;
import org.pcapnetmap.cli.Flags;
import org.pcapnetmap.cli.Json;
import org.pcapnetmap.cli.Stop;
import org.pcapnetmap.cli.Table;
import org.pcapnetmap.cli.Terminal;
import org.pcapnetmap.cli.UsageException;
import org.pcapnetmap.cli.Words;

/** {@code nmcap demo}: what unmodified tcpdump captures on VALE, beside stock tcpdump on veth. */
public final class DemoCommand implements Command {
  @Override
  public String name() {
    return "demo";
  }

  @Override
  public String summary() {
    return "Shows unmodified tcpdump on a VALE port beside stock tcpdump on a veth pair";
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
    // Ctrl-C reaches the programs too, kill(1) does not: end the wait for them, which ends them.
    Stop stop = Stop.onSignals();
    stop.wakeBy(Thread.currentThread()::interrupt);
    try {
      Result vale = vale(terminal);
      Result veth = stop.requested() ? null : veth(terminal);
      if (!stop.requested()) {
        report(line, terminal, vale, veth);
      }
    } catch (IOException e) {
      if (!stop.requested()) {
        throw e;
      }
    } finally {
      stop.wakeBy(() -> {});
      Thread.interrupted();
    }
  }

  private static void report(CommandLine line, Terminal terminal, Result vale, Result veth)
      throws IOException {
    print(terminal, vale, veth);
    if (line.hasOption("json")) {
      terminal.println(json(vale, veth).toString());
    }
  }

  private static Result vale(Terminal terminal) throws IOException {
    try (ValeHalf half = new ValeHalf()) {
      terminal.println(version());
      terminal.println("\n$ nmrun tcpdump -i vale0:capture -n -c 3");
      for (String packet : half.sample()) {
        terminal.println(packet);
      }
      terminal.println("");
      announce(terminal, "nmrun " + String.join(" ", Programs.tcpdumpToNowhere(ValeHalf.CAPTURE)));
      return half.measure();
    }
  }

  private static String version() throws IOException {
    try (Child tcpdump = Child.start(List.of("tcpdump", "--version"), Map.of(), "version")) {
      tcpdump.await();
      return "The system's own " + String.join(", ", tcpdump.lines()) + ", unmodified.";
    }
  }

  private static void announce(Terminal terminal, String command) throws IOException {
    terminal.println(
        "$ "
            + command
            + "   (for "
            + Programs.SECONDS
            + " s, frames of "
            + Programs.FRAME_SIZE
            + " bytes, as many as can be sent)");
  }

  private static Result veth(Terminal terminal) throws IOException {
    if (!VethHalf.isPermitted()) {
      terminal.println("(stock tcpdump on a veth pair: left out, a veth pair needs root)");
      return null;
    }
    announce(terminal, String.join(" ", Programs.tcpdumpToNowhere(VethHalf.CAPTURE)));
    return VethHalf.measure();
  }

  private static void print(Terminal terminal, Result vale, Result veth) throws IOException {
    Table table = new Table("", "CAPTURED", "DROPPED", "MPPS", "RATIO");
    table.add(row("tcpdump on VALE, by nmrun", vale, veth));
    if (veth != null) {
      table.add(row("stock tcpdump on a veth pair", veth, veth));
    }
    terminal.println("");
    for (String row : table.lines()) {
      terminal.println(row);
    }
  }

  private static String[] row(String name, Result result, Result base) {
    double rate = result.millionsPerSecond();
    return new String[] {
      name,
      String.format(Locale.ROOT, "%,d", result.captured()),
      String.format(Locale.ROOT, "%,d", result.dropped()),
      String.format(Locale.ROOT, "%.2f", rate),
      base == null ? "-" : String.format(Locale.ROOT, "%.1f", rate / base.millionsPerSecond())
    };
  }

  private static Json json(Result vale, Result veth) {
    Json json =
        new Json()
            .put("command", "demo")
            .put("packets", vale.captured())
            .put("bytes", vale.captured() * Programs.FRAME_SIZE)
            .put("dropped", vale.dropped())
            .put("seconds", vale.seconds())
            .put("packetsPerSecond", vale.captured() / vale.seconds());
    if (veth != null) {
      json.put("stockPackets", veth.captured())
          .put("stockDropped", veth.dropped())
          .put("stockSeconds", veth.seconds())
          .put("stockPacketsPerSecond", veth.captured() / veth.seconds())
          .put("ratio", vale.millionsPerSecond() / veth.millionsPerSecond());
    }
    return json;
  }
}
