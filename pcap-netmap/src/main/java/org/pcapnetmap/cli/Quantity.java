package org.pcapnetmap.cli;

import java.math.BigDecimal;
import java.util.Locale;
import org.apache.commons.cli.CommandLine;

/** Numbers as people write them on command lines: {@code 64}, {@code 10k}, {@code 2.5M}. */
public final class Quantity {
  private static final String SUFFIXES = "kMG";
  private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final String[] UNITS = {"", "k", "M", "G"};

  private Quantity() {}

  /**
   * Returns an option's whole number.
   *
   * @param fallback what holds when the option is not given
   * @throws UsageException when it is no number or out of range
   */
  public static long count(CommandLine line, String option, long fallback, long least, long most)
      throws UsageException {
    String text = line.getOptionValue(option);
    if (text == null) {
      return fallback;
    }
    BigDecimal value = parse(option, text);
    if (value.stripTrailingZeros().scale() > 0) {
      throw bad(option, text, "is not a whole number, " + least + " to " + most);
    }
    if (value.compareTo(BigDecimal.valueOf(least)) < 0
        || value.compareTo(BigDecimal.valueOf(most)) > 0) {
      throw bad(option, text, "is out of range, " + least + " to " + most);
    }
    return value.longValueExact();
  }

  /**
   * Returns an option's time in nanoseconds; it is given in seconds.
   *
   * @param fallback nanoseconds when the option is not given
   * @throws UsageException when it is no number or not positive
   */
  public static long nanos(CommandLine line, String option, long fallback) throws UsageException {
    String text = line.getOptionValue(option);
    if (text == null) {
      return fallback;
    }
    BigDecimal seconds = parse(option, text);
    BigDecimal nanos = seconds.multiply(BigDecimal.valueOf(NANOS_PER_SECOND));
    if (seconds.signum() <= 0 || nanos.compareTo(BigDecimal.valueOf(Long.MAX_VALUE)) > 0) {
      throw bad(option, text, "is not a time in seconds");
    }
    return nanos.longValue();
  }

  /**
   * Returns a number with an optional suffix k, M or G (thousands, never powers of two).
   *
   * @throws UsageException when it is no number
   */
  public static BigDecimal parse(String option, String text) throws UsageException {
    int suffix = text.isEmpty() ? -1 : SUFFIXES.indexOf(text.charAt(text.length() - 1));
    try {
      BigDecimal number = new BigDecimal(suffix < 0 ? text : text.substring(0, text.length() - 1));
      return number.multiply(THOUSAND.pow(suffix + 1));
    } catch (ArithmeticException | NumberFormatException e) {
      throw bad(option, text, "is not a number");
    }
  }

  private static UsageException bad(String option, String text, String reason) {
    String dashes = option.length() == 1 ? "-" : "--";
    return new UsageException(dashes + option + " '" + text + "' " + reason);
  }

  /** Returns a number of things: {@code 1 packet}, {@code 2 packets}. */
  public static String counted(long number, String thing) {
    return number + " " + thing + (number == 1 ? "" : "s");
  }

  /** Returns a number in three or four figures with a suffix: {@code 14.88M}. */
  public static String shortened(double value) {
    int unit = 0;
    double rest = value;
    while (rest >= 1000 && unit < UNITS.length - 1) {
      rest /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, unit == 0 ? "%.0f%s" : "%.2f%s", rest, UNITS[unit]);
  }
}
