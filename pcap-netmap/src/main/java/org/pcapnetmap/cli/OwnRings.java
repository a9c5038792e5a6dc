package org.pcapnetmap.cli;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.pcapnetmap.netmap.OpeningInfo;
import org.pcapnetmap.netmap.PortMode;

/** Raw openings of a port share its rings and their counters, which sums must count once. */
final class OwnRings {
  private OwnRings() {}

  /** The openings without those that share the rings of an earlier one. */
  static <T> List<T> only(Collection<T> openings, Function<T, OpeningInfo> info) {
    Set<String> raw = new HashSet<>();
    return openings.stream().filter(o -> isFirst(info.apply(o), raw)).toList();
  }

  private static boolean isFirst(OpeningInfo opening, Set<String> raw) {
    return opening.mode() != PortMode.RAW || raw.add(opening.name());
  }
}
