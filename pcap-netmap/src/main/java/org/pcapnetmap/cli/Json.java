package org.pcapnetmap.cli;

import java.util.List;
import java.util.Locale;

/** Writes a JSON object (RFC 8259) on one line, members in the order in which they are put. */
public final class Json {
  private final StringBuilder text = new StringBuilder("{");

  /**
   * Adds a text.
   *
   * @return this object
   */
  public Json put(String name, String value) {
    member(name);
    quote(value);
    return this;
  }

  /**
   * Adds a whole number.
   *
   * @return this object
   */
  public Json put(String name, long value) {
    member(name).append(value);
    return this;
  }

  /**
   * Adds a number, to six places; what is no number (0/0) becomes null.
   *
   * @return this object
   */
  public Json put(String name, double value) {
    boolean finite = Double.isFinite(value);
    member(name).append(finite ? String.format(Locale.ROOT, "%.6f", value) : "null");
    return this;
  }

  /**
   * Adds an object.
   *
   * @return this object
   */
  public Json put(String name, Json value) {
    member(name).append(value);
    return this;
  }

  /**
   * Adds a list of objects.
   *
   * @return this object
   */
  public Json put(String name, List<Json> values) {
    member(name).append('[');
    String separator = "";
    for (Json value : values) {
      text.append(separator).append(value);
      separator = ",";
    }
    text.append(']');
    return this;
  }

  /**
   * Adds why the work ended too early, as member {@code error}.
   *
   * @return this object
   */
  public Json error(Exception failure) {
    return put("error", String.valueOf(failure.getMessage()));
  }

  private StringBuilder member(String name) {
    if (text.length() > 1) {
      text.append(',');
    }
    quote(name);
    return text.append(':');
  }

  private void quote(String value) {
    text.append('"');
    value.chars().forEach(this::escape);
    text.append('"');
  }

  private void escape(int character) {
    if (character == '"' || character == '\\') {
      text.append('\\').append((char) character);
    } else if (character < ' ') {
      text.append(String.format(Locale.ROOT, "\\u%04x", character));
    } else {
      text.append((char) character);
    }
  }

  @Override
  public String toString() {
    return text + "}";
  }
}
