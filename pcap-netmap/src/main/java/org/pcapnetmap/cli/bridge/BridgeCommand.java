package org.pcapnetmap.cli.bridge;

import java.io.IOException;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.pcapnetmap.cli.Command;
import org.pcapnetmap.cli.Stop;
import org.pcapnetmap.cli.Terminal;
import org.pcapnetmap.cli.UsageException;
import org.pcapnetmap.pcap.LiveHandle;
import org.pcapnetmap.pcap.PcapHandle;

/** {@code nmcap bridge}: joins two ports. */
public final class BridgeCommand implements Command {
  @Override
  public String name() {
    return "bridge";
  }

  @Override
  public String summary() {
    return "Joins two ports: what comes to one leaves by the other, both ways. Both ports on one"
        + " switch make a loop for broadcasts. An interface beside its own host rings (netmap:eth1"
        + " netmap:eth1^) is opened alone";
  }

  @Override
  public String usage() {
    return "PORT PORT [options]";
  }

  @Override
  public Options options() {
    return BridgeOptions.options();
  }

  @Override
  public void run(CommandLine line, Terminal terminal) throws UsageException, IOException {
    BridgeOptions options = BridgeOptions.of(line);
    Stop stop = Stop.onSignals();
    try (LiveHandle a = open(options.a(), options);
        LiveHandle b = open(options.b(), options)) {
      terminal.message("joining " + a.name() + " and " + b.name());
      new Bridge(a, b, options, terminal, stop).run();
    }
  }

  /** Raw: the bridge is the port's user, and what it sends is no news to it. */
  private static LiveHandle open(String port, BridgeOptions options) throws IOException {
    return PcapHandle.live(port)
        .promiscuous(true)
        .slots(options.slots())
        .sendSlots(options.slots())
        .slotSize(options.bufferSize())
        .raw()
        .open();
  }
}
