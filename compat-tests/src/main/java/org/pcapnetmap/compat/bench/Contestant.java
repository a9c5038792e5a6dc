package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.util.Optional;

/** One thing that is measured. */
interface Contestant {
  /** Unique among all, for people to read. */
  String name();

  /** In what its values are. */
  Unit unit();

  /** Why it cannot run on this machine, if it cannot. */
  default Optional<String> obstacle(Workbench bench) {
    return Optional.empty();
  }

  /**
   * Runs once.
   *
   * @throws IOException if a process failed; the message holds what it said
   */
  Sample run(Workbench bench) throws IOException;
}
