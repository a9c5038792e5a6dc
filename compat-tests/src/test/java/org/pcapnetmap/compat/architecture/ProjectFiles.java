package org.pcapnetmap.compat.architecture;

import java.nio.file.Path;

/** Where the project's files lie; Maven says so to the tests. */
final class ProjectFiles {
  static final Path TOP = Path.of(System.getProperty("nmcap.home"));

  private ProjectFiles() {}
}
