package org.pcapnetmap.cli.send;

import java.io.IOException;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.pcapnetmap.cli.Command;
import org.pcapnetmap.cli.Progress;
import org.pcapnetmap.cli.Quantity;
import org.pcapnetmap.cli.Stop;
import org.pcapnetmap.cli.Terminal;
import org.pcapnetmap.cli.UsageException;
import org.pcapnetmap.netmap.BpfProgram;
import org.pcapnetmap.pcap.LiveBuilder;
import org.pcapnetmap.pcap.LiveHandle;
import org.pcapnetmap.pcap.PcapHandle;

/** {@code nmcap send}: sends generated frames or the packets of a savefile. */
public final class SendCommand implements Command {
  /** "ret #0": a sender reads nothing, so nothing shall fill its receive ring. */
  private static final BpfProgram REJECT_ALL = BpfProgram.of(BpfProgram.instruction(0x06, 0, 0, 0));

  /** Why packets were refused, if nothing else is the matter. */
  private static final String NO_SUCH_LENGTH = ": too short for Ethernet, or too long for the port";

  private static final String EXCLUSIVE = "/x";
  private static final int FEWEST_SLOTS = 16;

  @Override
  public String name() {
    return "send";
  }

  @Override
  public String summary() {
    return "Sends generated frames, or the packets of a savefile, from a port";
  }

  @Override
  public String usage() {
    return "-i PORT [options]";
  }

  @Override
  public Options options() {
    return SendOptions.options();
  }

  @Override
  public void run(CommandLine line, Terminal terminal) throws UsageException, IOException {
    SendOptions options = SendOptions.of(line);
    Stop stop = Stop.onSignals();
    try (Traffic traffic = traffic(options);
        LiveHandle port = open(options)) {
      sayThatItWaits(port, options, terminal);
      Progress progress = new Progress(terminal, true);
      Sender sender = new Sender(port, traffic, options, stop, progress);
      String error = null;
      try {
        sender.run();
      } catch (IOException | RuntimeException e) {
        error = e.getMessage();
        throw e;
      } finally {
        progress.end();
        stop.wakeBy(() -> {});
        Sent sent = Sent.of(port, sender.seconds());
        summarize(terminal, sent, error == null ? NO_SUCH_LENGTH : "", traffic);
        if (options.json()) {
          terminal.println(sent.json(port.name(), error).toString());
        }
      }
    }
  }

  private static void sayThatItWaits(LiveHandle port, SendOptions options, Terminal terminal)
      throws IOException {
    int there = port.peers();
    if (there < options.waitFor()) {
      terminal.message(
          port.name()
              + ": waits for "
              + (options.isInterface()
                  ? "a link"
                  : Quantity.counted(options.waitFor() - there, "more opening")
                      + " on the switch"));
    }
  }

  private static Traffic traffic(SendOptions options) throws IOException {
    if (options.readFile() != null) {
      return new SavefileTraffic(options.readFile(), options.rounds(), options.ownPace());
    }
    return new GeneratedTraffic(
        new FrameTemplate(options.source(), options.destination(), options.size()),
        options.slots());
  }

  /**
   * A capture opening has rings of its own, so that several senders can use one port; exclusive use
   * is had by a raw one only.
   */
  private static LiveHandle open(SendOptions options) throws IOException {
    LiveBuilder port =
        PcapHandle.live(options.port())
            .sendSlots(options.slots())
            .slots(FEWEST_SLOTS)
            .slotSize(options.bufferSize());
    LiveHandle handle = (options.port().endsWith(EXCLUSIVE) ? port.raw() : port).open();
    try {
      handle.setFilter(REJECT_ALL);
      return handle;
    } catch (IOException | RuntimeException e) {
      handle.close();
      throw e;
    }
  }

  private static void summarize(Terminal terminal, Sent sent, String whyRefused, Traffic traffic) {
    terminal
        .err()
        .printf(
            "%s sent (%d bytes) in %.3f s: %s packets/s%n",
            Quantity.counted(sent.packets(), "packet"),
            sent.bytes(),
            sent.seconds(),
            Quantity.shortened(sent.rate()));
    if (sent.refused() > 0) {
      terminal.err().println(Quantity.counted(sent.refused(), "packet") + " not sent" + whyRefused);
    }
    if (traffic instanceof SavefileTraffic savefile && savefile.cut() > 0) {
      terminal
          .err()
          .println(
              Quantity.counted(savefile.cut(), "packet")
                  + " cut when captured; what the file has was sent");
    }
  }
}
