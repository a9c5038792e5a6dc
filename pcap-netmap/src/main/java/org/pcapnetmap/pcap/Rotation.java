package org.pcapnetmap.pcap;

/**
 * When a series of savefiles goes on with the next file and how its files are called, as tcpdump's
 * options {@code -w}, {@code -C}, {@code -G} and {@code -W} say.
 *
 * @param name of the files; with seconds a format of strftime(3), in local time
 * @param bytes size that a file must have passed for the next one to begin, before compression; 0
 *     for any size
 * @param seconds after which the next file begins, counted from the beginning of this one; 0 for
 *     any time
 * @param files with bytes: after so many files the first one is overwritten; with seconds alone:
 *     after so many files the series is complete; 0 for no limit
 */
public record Rotation(String name, long bytes, long seconds, int files) {
  private static final int DECIMAL = 10;

  /** Checks that there is a reason to go on to a next file. */
  public Rotation {
    if (bytes < 0 || seconds < 0 || files < 0 || bytes + seconds == 0) {
      throw new IllegalArgumentException(
          "a rotation needs a size or a time, and no negative number");
    }
  }

  /** Whether the number of files ends the series instead of making it a ring. */
  boolean isFinite() {
    return files > 0 && bytes == 0;
  }

  /** The number of the file after this one, among those of the same name. */
  int after(int number) {
    int next = number + 1;
    return files > 0 && next >= files ? 0 : next;
  }

  /**
   * The name of a file.
   *
   * @param number 0 for the first one of its time; shown, behind the name, where there may be more
   * @param second when the file begins, since 1970
   */
  String fileName(int number, long second) throws SavefileException {
    String full = seconds > 0 ? TimeFormat.format(name, second) : name;
    int digits = digits();
    if (bytes == 0 || (number == 0 && digits == 0)) {
      return full;
    }
    String text = Integer.toString(number);
    String padding = "0".repeat(Math.max(0, digits - text.length()));
    return SavefileFormat.withoutCompression(full)
        + padding
        + text
        + SavefileFormat.compressionOf(full);
  }

  /** Enough for the largest number of a ring, so that names sort as the files come. */
  private int digits() {
    int digits = 0;
    for (int largest = files - 1; largest > 0; largest /= DECIMAL) {
      digits++;
    }
    return digits;
  }
}
