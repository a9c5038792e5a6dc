package org.pcapnetmap.compat.bench;

import java.util.ArrayList;
import java.util.List;
import org.pcapnetmap.compat.bench.WakeUp.Way;

/**
 * Who runs, in which order – each group beside the peer that it is held against – and the goals.
 */
final class LineUp {
  private static final int MINIMUM = 60;
  private static final int FULL = 1500;
  private static final int SMALL_RING = 1024;
  private static final int LARGE_RING = 65536;

  /** 1024 slots. */
  private static final int SMALL_MEMIF = 10;

  /** "Hundreds" of opens and closes a second. */
  private static final double OPENS = 200;

  /** Holds 26 ms of 5 Mpps: a host may take the reader's core away for a while. */
  private static final int LARGEST_RING = 131_072;

  private static final int CAPTURE_RING = 4096;

  private static final Load SMALL = new Load(MINIMUM, SMALL_RING);
  private static final double MILLION = 1e6;
  private static final double GIGABIT = 1e9;

  /** A little more than the goal, since a rate that is kept to is never exceeded. */
  private static final double OFFERED_TO_FILTER = 11 * MILLION;

  private LineUp() {}

  static List<Row> rows() {
    List<Row> rows = new ArrayList<>();
    smallFrames(rows, new Memif(SMALL_MEMIF), SMALL);
    largeFrames(rows, new Load(FULL, SMALL_RING));
    smallFrames(rows, new Memif(Memif.LARGEST), new Load(MINIMUM, LARGE_RING));
    largeFrames(rows, new Load(FULL, LARGE_RING));
    besideOnePair(rows);
    netmapPipes(rows);
    filters(rows);
    captures(rows);
    injectors(rows);
    rows.addAll(PcapRows.rows());
    rows.addAll(Pcap4jRows.rows());
    rows.addAll(NicRows.rows());
    wakeUps(rows);
    return rows;
  }

  private static void smallFrames(List<Row> rows, Memif memif, Load load) {
    rows.add(new Row(memif));
    BareRing bare = new BareRing(load);
    rows.add(new Row(bare));
    rows.add(
        new Row(
            new DevicePair(Language.C, Language.C, load, false),
            Goal.ratio(true, 0.5, bare.name(), "limit"),
            Goal.ratio(true, 3, memif.name(), "memif"),
            Goal.ratio(false, 0.8, bare.name(), "limit"),
            Goal.value(false, 60 * MILLION, Unit.FRAMES)));
    rows.add(
        new Row(
            new PipePair(Language.C, load),
            Goal.ratio(true, 1, bare.name(), "limit"),
            Goal.value(false, 100 * MILLION, Unit.FRAMES)));
    rows.add(
        new Row(new PipePair(Language.JAVA, load), Goal.ratio(true, 0.3, bare.name(), "limit")));
    for (DevicePair pair : withJava(load)) {
      rows.add(
          new Row(
              pair,
              Goal.ratio(true, 0.3, bare.name(), "limit"),
              Goal.value(false, 30 * MILLION, Unit.FRAMES)));
    }
  }

  private static void largeFrames(List<Row> rows, Load load) {
    BareRing bare = new BareRing(load);
    rows.add(new Row(bare));
    rows.add(large(new DevicePair(Language.C, Language.C, load, false), bare));
    rows.add(new Row(new PipePair(Language.C, load), Goal.ratio(true, 1, bare.name(), "limit")));
    for (DevicePair pair : withJava(load)) {
      rows.add(large(pair, bare));
    }
  }

  private static Row large(DevicePair pair, BareRing bare) {
    return new Row(
        pair,
        Goal.ratio(true, 0.5, bare.name(), "limit"),
        Goal.ratio(false, 0.8, bare.name(), "limit"),
        Goal.value(false, 70 * GIGABIT, Unit.BITS));
  }

  private static List<DevicePair> withJava(Load load) {
    return List.of(
        new DevicePair(Language.JAVA, Language.JAVA, load, false),
        new DevicePair(Language.JAVA, Language.C, load, false),
        new DevicePair(Language.C, Language.JAVA, load, false));
  }

  /** What one pair of programs is held against: the pair runs once more, right beside them. */
  private static void besideOnePair(List<Row> rows) {
    DevicePair pair = new DevicePair(Language.C, Language.C, SMALL, false);
    CrowdedPair alone = new CrowdedPair(pair, 0);
    rows.add(new Row(alone));
    rows.add(
        new Row(
            new RejectingPair(SMALL), Goal.ratio(true, 1.5, alone.name(), "unfiltered delivery")));
    rows.add(new Row(new NetmapPair(SMALL, false), Goal.ratio(true, 0.9, alone.name(), "C to C")));
    for (int idle : new int[] {2, 8, 32, 128}) {
      rows.add(new Row(new CrowdedPair(pair, idle), Goal.ratio(true, 0.9, alone.name(), "alone")));
    }
    for (boolean capture : new boolean[] {false, true}) {
      rows.add(new Row(new OpenAndClose(capture), Goal.value(true, OPENS, Unit.OPENS)));
    }
  }

  private static void netmapPipes(List<Row> rows) {
    PipePair pipe = new PipePair(Language.C, SMALL);
    rows.add(new Row(new NetmapPair(SMALL, true), Goal.ratio(true, 0.9, pipe.name(), "C to C")));
    rows.add(new Row(new NetmapReply(false)));
    rows.add(new Row(new NetmapReply(true)));
  }

  private static void filters(List<Row> rows) {
    FilterCost interpreted = new FilterCost(FilterCost.Way.INTERPRETED);
    rows.add(new Row(interpreted));
    rows.add(
        new Row(
            new FilterCost(FilterCost.Way.COMPILED),
            Goal.ratio(true, 3, interpreted.name(), "interpreter")));
    rows.add(
        new Row(
            new NmcapFiltering(OFFERED_TO_FILTER, LARGE_RING),
            Goal.value(true, 10 * MILLION, Unit.FRAMES),
            Goal.none("dropped")));
  }

  private static void captures(List<Row> rows) {
    rows.add(new Row(new DevicePair(Language.C, Language.C, SMALL, true)));
    rows.add(new Row(new TcpdumpOnVeth()));
    rows.add(
        new Row(
            new TcpdumpOnPort(),
            Goal.ratio(true, 10, TcpdumpOnVeth.NAME, "stock"),
            Goal.value(false, 14.88 * MILLION, Unit.FRAMES)));
    rows.add(
        new Row(new NmcapCapture(0, CAPTURE_RING), Goal.value(true, 10 * MILLION, Unit.FRAMES)));
    rows.add(
        new Row(
            new NmcapCapture(5 * MILLION, LARGEST_RING),
            Goal.value(true, 4.9 * MILLION, Unit.FRAMES),
            Goal.none("dropped")));
  }

  private static void injectors(List<Row> rows) {
    rows.add(new Row(new TcpreplayOnVeth()));
    rows.add(new Row(new TcpreplayOnPort(), Goal.ratio(true, 5, TcpreplayOnVeth.NAME, "stock")));
  }

  private static void wakeUps(List<Row> rows) {
    WakeUp futex = new WakeUp(Way.FUTEX);
    rows.add(new Row(futex));
    rows.add(new Row(new WakeUp(Way.FIFO)));
    rows.add(new Row(new WakeUp(Way.PORT), Goal.atMostRatio(1.3, futex.name(), "futex")));
    rows.add(new Row(new Idle(), Goal.atMost(0.001, Unit.CPU)));
  }
}
