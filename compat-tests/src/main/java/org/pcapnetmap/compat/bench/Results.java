package org.pcapnetmap.compat.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;

/** The samples of all contestants, one a round. */
final class Results {
  /**
   * A sample and the company in which it was taken.
   *
   * @param sample what the run gave
   * @param neighbours cores that other programs kept busy meanwhile
   */
  record Taken(Sample sample, double neighbours) {}

  private final Map<String, List<Taken>> samples = new LinkedHashMap<>();
  private final Map<String, String> obstacles = new LinkedHashMap<>();

  void add(String contestant, Taken taken) {
    samples.computeIfAbsent(contestant, name -> new ArrayList<>()).add(taken);
  }

  /** Says that a contestant cannot run here. */
  void leaveOut(String contestant, String reason) {
    obstacles.put(contestant, reason);
  }

  Map<String, String> obstacles() {
    return obstacles;
  }

  List<Taken> of(String contestant) {
    return samples.getOrDefault(contestant, List.of());
  }

  /** The median of a contestant's values; empty if it did not run. */
  OptionalDouble median(String contestant) {
    return median(values(contestant));
  }

  /**
   * The median over the rounds of the quotient of two contestants: what changes from one round to
   * the next, such as the host under a virtual machine, changes both.
   */
  OptionalDouble ratio(String contestant, String peer) {
    double[] values = values(contestant);
    double[] others = values(peer);
    double[] ratios = new double[Math.min(values.length, others.length)];
    Arrays.setAll(ratios, round -> values[round] / others[round]);
    return median(ratios);
  }

  /** The largest of a figure's values; empty if there are none. */
  OptionalDouble most(String contestant, String figure) {
    return of(contestant).stream()
        .map(taken -> taken.sample().figures().values().get(figure))
        .filter(Objects::nonNull)
        .mapToDouble(Double::doubleValue)
        .max();
  }

  double[] values(String contestant) {
    return of(contestant).stream().mapToDouble(taken -> taken.sample().value()).toArray();
  }

  boolean balanced(String contestant) {
    return of(contestant).stream().allMatch(taken -> taken.sample().balanced());
  }

  private static OptionalDouble median(double... values) {
    if (values.length == 0) {
      return OptionalDouble.empty();
    }
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    int middle = sorted.length / 2;
    return OptionalDouble.of(
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
  }
}
