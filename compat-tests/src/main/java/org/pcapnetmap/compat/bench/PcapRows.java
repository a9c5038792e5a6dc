package org.pcapnetmap.compat.bench;

import java.util.ArrayList;
import java.util.List;
import org.pcapnetmap.compat.bench.PcapRead.Reading;
import org.pcapnetmap.compat.bench.WakeUp.Way;

/** Programs built on libpcap, each beside itself on stock libpcap. */
final class PcapRows {
  private static final double MILLION = 1e6;
  private static final double LINE_RATE = 14.88 * MILLION;
  private static final double NANOSECONDS_OF_A_MILLISECOND = 1e6;
  private static final double MICROSECOND = 1e3;

  /** Holds 26 ms of 5 Mpps: a host may take the reader's core away for a while. */
  private static final int PATIENT_RING = 131_072;

  private PcapRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    reading(rows);
    sending(rows);
    tools(rows);
    replies(rows);
    rows.add(new Row(new StartUp(), Goal.atMost(NANOSECONDS_OF_A_MILLISECOND, Unit.TIME)));
    rows.add(new Row(new ForeignCalls(), Goal.atMost(10, Unit.SHORT_TIME)));
    return rows;
  }

  private static void reading(List<Row> rows) {
    for (Reading reading : Reading.values()) {
      double goal = reading == Reading.NEXT_EX ? 10 * MILLION : LINE_RATE;
      rows.add(new Row(new PcapRead(Ground.VETH, reading)));
      rows.add(new Row(new PcapRead(Ground.PORT, reading), Goal.value(true, goal, Unit.FRAMES)));
    }
  }

  private static void sending(List<Row> rows) {
    rows.add(new Row(new PcapSend(Ground.VETH)));
    rows.add(new Row(new PcapSend(Ground.PORT), Goal.value(true, 5 * MILLION, Unit.FRAMES)));
    rows.add(new Row(new PcapForward(Ground.VETH)));
    rows.add(
        new Row(
            new PcapForward(Ground.PORT),
            Goal.value(true, 7.5 * MILLION, Unit.FRAMES),
            Goal.value(false, LINE_RATE, Unit.FRAMES)));
  }

  private static void tools(List<Row> rows) {
    rows.add(new Row(new TcpdumpToFile(Ground.VETH, 0, PATIENT_RING)));
    rows.add(
        new Row(
            new TcpdumpToFile(Ground.PORT, 5 * MILLION, PATIENT_RING),
            Goal.value(true, 4.9 * MILLION, Unit.FRAMES),
            Goal.none("dropped")));
    Dumpcap stock = new Dumpcap(Ground.VETH);
    rows.add(new Row(stock));
    rows.add(new Row(new Dumpcap(Ground.PORT), Goal.ratio(true, 5, stock.name(), "stock")));
  }

  private static void replies(List<Row> rows) {
    rows.add(new Row(new PcapReply(Ground.VETH, false)));
    rows.add(new Row(new PcapReply(Ground.PORT, false), Goal.atMost(10 * MICROSECOND, Unit.TIME)));
    rows.add(new Row(new PcapReply(Ground.VETH, true)));
    rows.add(
        new Row(
            new PcapReply(Ground.PORT, true),
            Goal.atMostRatio(2.6, new WakeUp(Way.FUTEX).name(), "futex")));
  }
}
