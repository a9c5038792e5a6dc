package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Optional;

/** The workers written against plain libpcap. */
final class PcapPrograms {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private PcapPrograms() {}

  /** Why they cannot run on this ground, if they cannot. */
  static Optional<String> obstacle(Workbench bench, Ground ground) {
    return Files.isExecutable(bench.worker("pcap-read"))
        ? ground.obstacle(bench)
        : Optional.of("pcap/pcap.h was not there to build with (Debian package libpcap-dev)");
  }

  /** Waits until a reader reads. */
  static void awaitReady(Worker reader) throws IOException {
    reader.awaitLine(PATIENCE, "listening");
  }

  /** Ends a reader that has read what there is; its figures. */
  static Figures finish(Worker reader) throws IOException {
    reader.awaitStandstill();
    reader.interrupt();
    return reader.figures();
  }
}
