package org.pcapnetmap.cli;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import org.pcapnetmap.netmap.OpeningInfo;
import org.pcapnetmap.netmap.PortStatistics;

/** What openings did between two looks at them. */
final class Rates {
  private static final double NANOS_PER_SECOND = 1e9;

  private final Map<Key, PortStatistics> before = new HashMap<>();
  private long lookedAt;
  private double seconds;

  /** An opening, told from later ones in its place on the switch by the generation. */
  private record Key(String switchName, int index, long generation) {
    static Key of(OpeningInfo opening) {
      return new Key(opening.switchName(), opening.index(), opening.generation());
    }
  }

  /** What one opening did since the last look, or since it was opened if that was later. */
  record Change(
      String name,
      String program,
      long received,
      long receivedBytes,
      long dropped,
      long filtered,
      long sent,
      long sentBytes) {}

  /** Remembers the counters for the next look. */
  void remember(Collection<OpeningInfo> openings, long nowNanos) {
    seconds = (nowNanos - lookedAt) / NANOS_PER_SECOND;
    lookedAt = nowNanos;
    before.clear();
    openings.forEach(o -> before.put(Key.of(o), o.statistics()));
  }

  /** The time between the last two looks. */
  double seconds() {
    return seconds;
  }

  /** What the opening did since the last look. */
  Change since(OpeningInfo opening) {
    PortStatistics now = opening.statistics();
    PortStatistics then = before.get(Key.of(opening));
    return new Change(
        opening.name(),
        opening.program(),
        now.accepted() - (then == null ? 0 : then.accepted()),
        now.publishedBytes() - (then == null ? 0 : then.publishedBytes()),
        now.dropped() - (then == null ? 0 : then.dropped()),
        now.filtered() - (then == null ? 0 : then.filtered()),
        now.sent() - (then == null ? 0 : then.sent()),
        now.sentBytes() - (then == null ? 0 : then.sentBytes()));
  }
}
