package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How much processor time programs that are not ours took meanwhile. A figure that was measured
 * beside a busy neighbour is measured again.
 */
final class Neighbours {
  private static final Path ALL = Path.of("/proc/stat");
  private static final Path OURS = Path.of("/proc/self/stat");
  private static final double TICKS_PER_SECOND = 100;

  // Fields of the line "cpu" of /proc/stat.
  private static final int USER = 1;
  private static final int NICE = 2;
  private static final int STEAL = 8;
  // Fields of /proc/self/stat, counted from behind the program's name.
  private static final int OUR_USER = 11;
  private static final int CHILDREN_USER = 13;

  private final long start = System.nanoTime();
  private final long ticks;

  private Neighbours() throws IOException {
    this.ticks = ticks();
  }

  /** Begins to watch. */
  static Neighbours watch() throws IOException {
    return new Neighbours();
  }

  /** Cores that others kept busy since then, on average; our children must have ended. */
  double busyCores() throws IOException {
    double seconds = (System.nanoTime() - start) / 1e9;
    return Math.max(0, (ticks() - ticks) / TICKS_PER_SECOND / seconds);
  }

  private static long ticks() throws IOException {
    String[] all = Files.readAllLines(ALL).get(0).split(" +", -1);
    String line = Files.readString(OURS);
    String[] ours = line.substring(line.lastIndexOf(')') + 2).split(" ", -1);
    long busy = Long.parseLong(all[USER]) + Long.parseLong(all[NICE]) + Long.parseLong(all[STEAL]);
    return busy - Long.parseLong(ours[OUR_USER]) - Long.parseLong(ours[CHILDREN_USER]);
  }
}
