package org.pcapnetmap.compat.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A real interface, here an end of a veth pair: each way to it beside stock libpcap. */
final class NicRows {
  /** What stock tcpdump loses nothing of, with the sender on the other of two processors. */
  private static final double LOSSLESS = 200_000;

  private NicRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    rows.add(new Row(new NicCapture(NicWay.STOCK, LOSSLESS)));
    rows.add(new Row(new NicCapture(NicWay.SHARED, LOSSLESS), Goal.none("lost")));
    rows.add(new Row(new NicCapture(NicWay.ALONE, LOSSLESS), Goal.none("lost")));
    rows.add(new Row(NicTransfer.UNCAPTURED));
    rows.add(new Row(new NicTransfer(Optional.of(NicWay.STOCK))));
    rows.add(
        new Row(
            new NicTransfer(Optional.of(NicWay.SHARED)),
            Goal.ratio(true, 0.9, NicTransfer.UNCAPTURED.name(), "uncaptured")));
    rows.add(new Row(new PacketSend()));
    rows.add(new Row(new NicSend("")));
    rows.add(new Row(new NicSend("/x")));
    Pcap4jOnNic stock = new Pcap4jOnNic(false, LOSSLESS);
    rows.add(new Row(stock));
    rows.add(
        new Row(
            new Pcap4jOnNic(true, LOSSLESS), Goal.atMostRatio(0.5, stock.name(), "stock pcap4j")));
    return rows;
  }
}
