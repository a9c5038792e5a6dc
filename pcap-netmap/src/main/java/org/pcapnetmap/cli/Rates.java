package org.pcapnetmap.cli;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;
import org.pcapnetmap.netmap.OpeningInfo;
import org.pcapnetmap.netmap.PairCounters;
import org.pcapnetmap.netmap.PortStatistics;

/**
 * What openings and pairs of them did between two looks.
 *
 * @param seconds between the two looks
 * @param openings all that are open now
 * @param pairs all that have anything to count now
 */
record Rates(double seconds, List<Opening> openings, List<Pair> pairs) {
  private static final double NANOS_PER_SECOND = 1e9;
  private static final double BITS_PER_BYTE = 8;

  /**
   * An opening and its counters at the last look.
   *
   * @param before null if it was opened since
   */
  record Opening(OpeningInfo now, PortStatistics before) {
    /** What a counter grew by since the last look, or since it was opened if that was later. */
    long grown(ToLongFunction<PortStatistics> counter) {
      long then = before == null ? 0 : counter.applyAsLong(before);
      return counter.applyAsLong(now.statistics()) - then;
    }
  }

  /**
   * A pair and its counters at the last look.
   *
   * @param before null if it had none
   */
  record Pair(PairCounters now, PairCounters before) {
    /** What a counter grew by since the last look, or since the later was opened. */
    long grown(ToLongFunction<PairCounters> counter) {
      long then = before == null ? 0 : counter.applyAsLong(before);
      return counter.applyAsLong(now) - then;
    }
  }

  /** An opening, told from later ones in its place on the switch by the generation. */
  private record Place(String switchName, int index, long generation) {}

  /** The same in a switch that may have been made anew, with the same name and numbers. */
  private record Life(Place place, long openedNanos) {
    static Life of(OpeningInfo opening) {
      return new Life(
          new Place(opening.switchName(), opening.index(), opening.generation()),
          opening.openedNanos());
    }
  }

  /** The two ends of a pair. */
  private record Ends(Place from, Place to) {
    static Ends of(PairCounters pair) {
      return new Ends(
          new Place(pair.switchName(), pair.sender(), pair.senderGeneration()),
          new Place(pair.switchName(), pair.receiver(), pair.receiverGeneration()));
    }
  }

  /** A look at all switches. */
  record Look(long atNanos, List<OpeningInfo> openings, List<PairCounters> pairs) {

    /** What has happened since an earlier look. */
    Rates since(Look earlier) {
      Map<Life, PortStatistics> openingsThen = new HashMap<>();
      Map<Ends, PairCounters> pairsThen = new HashMap<>();
      earlier.openings.forEach(o -> openingsThen.put(Life.of(o), o.statistics()));
      earlier.pairs.forEach(pair -> pairsThen.put(Ends.of(pair), pair));
      return new Rates(
          (atNanos - earlier.atNanos) / NANOS_PER_SECOND,
          openings.stream().map(o -> new Opening(o, openingsThen.get(Life.of(o)))).toList(),
          pairs.stream().map(p -> new Pair(p, pairsThen.get(Ends.of(p)))).toList());
    }
  }

  /** So many in a second. */
  double perSecond(long count) {
    return count / seconds;
  }

  /** So many bytes as bits in a second. */
  double bitsPerSecond(long bytes) {
    return bytes * BITS_PER_BYTE / seconds;
  }
}
