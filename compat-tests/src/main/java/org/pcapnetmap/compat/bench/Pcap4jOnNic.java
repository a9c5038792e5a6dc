package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.pcapnetmap.compat.pcap4j.PacketReader;
import org.pcapnetmap.compat.pcap4j.ReadCall;

/**
 * A program on pcap4j that counts what comes over a veth pair, at a rate that stock libpcap loses
 * nothing of: processor time of its process for each packet, once it is warm.
 *
 * @param agent whether it reads {@code netmap:<interface>}, by the agent; else as it is
 * @param rate packets a second
 */
record Pcap4jOnNic(boolean agent, double rate) implements Contestant {
  @Override
  public String name() {
    String way = agent ? "by the agent on netmap:veth" : "stock on veth";
    return "pcap4j loop, processor time of a packet, " + way;
  }

  @Override
  public Unit unit() {
    return Unit.SHORT_TIME;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return Pcap4jPrograms.obstacle(bench).or(() -> Ground.VETH.obstacle(bench));
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    try (Ground.Stage veth = Ground.VETH.open(bench);
        Worker reader = veth.start(bench.cores().receiver(), command(bench, veth.far()))) {
      Pcap4jPrograms.awaitReady(reader);
      double sent = feed(bench, veth, reader);
      long before = reader.cpuTime().toNanos();
      double measured = feed(bench, veth, reader);
      double each = (reader.cpuTime().toNanos() - before) / measured;
      Figures seen = Pcap4jPrograms.finish(reader);
      return new Sample(each, balanced(seen, sent + measured), seen);
    }
  }

  /** Sends for a while, and waits until all is read; how many were sent. */
  private double feed(Workbench bench, Ground.Stage veth, Worker reader) throws IOException {
    String seconds = bench.timing().sending(bench.timing().javaWarmUp());
    List<String> options = List.of("-S", "-r", Double.toString(rate), "-s", seconds);
    try (Worker sender = veth.feed(options)) {
      double sent = sender.figures().get("packets");
      reader.awaitStandstill();
      return sent;
    }
  }

  /** Stock libpcap leaves unread what the kernel has not handed over at the end. */
  private boolean balanced(Figures seen, double sent) throws IOException {
    double accounted = seen.get("total") + seen.get("dropped");
    return agent ? accounted == sent : accounted <= sent;
  }

  private List<String> command(Workbench bench, String netInterface) {
    String call = ReadCall.LOOP.name();
    return agent
        ? Pcap4jPrograms.agent(
            bench, PacketReader.class, call, "netmap:" + netInterface, "0.1", "0.1")
        : Pcap4jPrograms.stock(bench, PacketReader.class, call, netInterface, "0.1", "0.1");
  }
}
