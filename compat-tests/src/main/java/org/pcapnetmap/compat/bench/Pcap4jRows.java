package org.pcapnetmap.compat.bench;

import java.util.ArrayList;
import java.util.List;
import org.pcapnetmap.compat.pcap4j.ReadCall;

/** Programs on pcap4j, each beside itself on stock pcap4j. */
final class Pcap4jRows {
  private static final double MILLION = 1e6;
  private static final double LINE_RATE = 14.88 * MILLION;

  private Pcap4jRows() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    loops(rows);
    reads(rows, ReadCall.DISPATCH, 10);
    reads(rows, ReadCall.NEXT, 6);
    reads(rows, ReadCall.NEXT_EX, 6);
    parsed(rows);
    sends(rows);
    for (ReadCall call : ReadCall.values()) {
      ownTime(rows, call.name(), call.toString());
    }
    ownTime(rows, "SEND", "sendPacket(byte[])");
    return rows;
  }

  private static void ownTime(List<Row> rows, String call, String text) {
    rows.add(new Row(new Pcap4jOwnTime(call, text, true)));
    rows.add(new Row(new Pcap4jOwnTime(call, text, false)));
  }

  private static void loops(List<Row> rows) {
    Pcap4jRead file = new Pcap4jRead(ReadCall.LOOP, Pcap4jGround.FILE);
    Pcap4jRead veth = new Pcap4jRead(ReadCall.LOOP, Pcap4jGround.VETH);
    rows.add(new Row(file));
    rows.add(new Row(veth));
    rows.add(
        new Row(
            new Pcap4jRead(ReadCall.LOOP, Pcap4jGround.PORT),
            Goal.value(true, 10 * MILLION, Unit.FRAMES),
            Goal.ratio(true, 15, file.name(), "stock from a file"),
            Goal.reported(veth.name(), "stock on veth"),
            Goal.value(false, LINE_RATE, Unit.FRAMES)));
  }

  private static void reads(List<Row> rows, ReadCall call, double millions) {
    Pcap4jRead file = new Pcap4jRead(call, Pcap4jGround.FILE);
    Pcap4jRead veth = new Pcap4jRead(call, Pcap4jGround.VETH);
    rows.add(new Row(file));
    rows.add(new Row(veth));
    rows.add(
        new Row(
            new Pcap4jRead(call, Pcap4jGround.PORT),
            Goal.value(true, millions * MILLION, Unit.FRAMES),
            Goal.reported(file.name(), "stock from a file"),
            Goal.reported(veth.name(), "stock on veth")));
  }

  private static void sends(List<Row> rows) {
    Pcap4jSend veth = new Pcap4jSend(Pcap4jGround.VETH);
    rows.add(new Row(veth));
    rows.add(
        new Row(
            new Pcap4jSend(Pcap4jGround.PORT),
            Goal.value(true, 6 * MILLION, Unit.FRAMES),
            Goal.reported(veth.name(), "stock on veth")));
  }

  private static void parsed(List<Row> rows) {
    Pcap4jRead file = new Pcap4jRead(ReadCall.PARSED, Pcap4jGround.FILE);
    Pcap4jRead veth = new Pcap4jRead(ReadCall.PARSED, Pcap4jGround.VETH);
    rows.add(new Row(file));
    rows.add(new Row(veth));
    rows.add(
        new Row(
            new Pcap4jRead(ReadCall.PARSED, Pcap4jGround.PORT),
            Goal.ratio(true, 2, file.name(), "stock from a file"),
            Goal.ratio(true, 2, veth.name(), "stock on veth")));
  }
}
