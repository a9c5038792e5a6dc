package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Processor time that the whole machine spends: programs, the kernel for them, and interrupts. */
final class MachineTime {
  private static final Path ALL = Path.of("/proc/stat");
  private static final int[] BUSY = {1, 2, 3, 6, 7};
  private static final double NANOS_PER_TICK = 1e7;

  private final long ticks;

  private MachineTime() throws IOException {
    this.ticks = ticks();
  }

  static MachineTime start() throws IOException {
    return new MachineTime();
  }

  /** Nanoseconds of all processors since then, in steps of ten milliseconds. */
  double nanos() throws IOException {
    return (ticks() - ticks) * NANOS_PER_TICK;
  }

  private static long ticks() throws IOException {
    String[] fields = Files.readAllLines(ALL).get(0).split(" +", -1);
    long sum = 0;
    for (int field : BUSY) {
      sum += Long.parseLong(fields[field]);
    }
    return sum;
  }
}
