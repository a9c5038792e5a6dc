package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One core for who sends and one for who receives; the same if this process may use one only.
 *
 * @param sender the sender's
 * @param receiver the receiver's
 */
record Cores(int sender, int receiver) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String ALLOWED = "Cpus_allowed_list:";

  /** The first two cores that this process may run on. */
  static Cores allowed() throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(ALLOWED)) {
        return firstTwo(line.substring(ALLOWED.length()).trim());
      }
    }
    throw new IOException(STATUS + " has no line " + ALLOWED);
  }

  /** Of a list as the kernel prints it: {@code 0-3,8}. */
  static Cores firstTwo(String list) {
    int[] found = {-1, -1};
    int count = 0;
    for (String range : list.split(",", -1)) {
      String[] ends = range.split("-", -1);
      int last = Integer.parseInt(ends[ends.length - 1]);
      for (int core = Integer.parseInt(ends[0]); core <= last && count < 2; core++) {
        found[count++] = core;
      }
    }
    return new Cores(found[0], count < 2 ? found[0] : found[1]);
  }
}
