package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The named numbers that a process printed as one JSON object. */
final class Figures {
  private static final Pattern MEMBER =
      Pattern.compile("\"(\\w+)\":\\s*(-?[0-9.]+(?:[eE][-+]?\\d+)?)");

  private final Map<String, Double> values;

  private Figures(Map<String, Double> values) {
    this.values = values;
  }

  /** The numeric members of a flat JSON object; others are passed over. */
  static Figures parse(String json) {
    Map<String, Double> values = new LinkedHashMap<>();
    Matcher member = MEMBER.matcher(json);
    while (member.find()) {
      values.put(member.group(1), Double.valueOf(member.group(2)));
    }
    return new Figures(values);
  }

  /** Numbers by name. */
  static Figures of(Map<String, Double> values) {
    return new Figures(values);
  }

  /** One named number. */
  static Figures of(String name, double value) {
    return new Figures(Map.of(name, value));
  }

  /** These and others, whose names get a prefix. */
  Figures and(String prefix, Figures others) {
    Map<String, Double> all = new LinkedHashMap<>(values);
    others.values.forEach((name, value) -> all.put(prefix + name, value));
    return new Figures(all);
  }

  double get(String name) throws IOException {
    Double value = values.get(name);
    if (value == null) {
      throw new IOException("no figure '" + name + "' in " + values);
    }
    return value;
  }

  boolean has(String name) {
    return values.containsKey(name);
  }

  Map<String, Double> values() {
    return values;
  }

  @Override
  public String toString() {
    return values.toString();
  }
}
