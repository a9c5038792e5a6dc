package org.pcapnetmap.cli;

import org.apache.commons.cli.CommandLine;

/** The words of a command line that belong to no option. */
public final class Words {
  private Words() {}

  /**
   * Refuses words where a command takes none.
   *
   * @param line the command line
   * @throws UsageException naming the first of them
   */
  public static void none(CommandLine line) throws UsageException {
    if (!line.getArgList().isEmpty()) {
      throw new UsageException("unexpected word '" + line.getArgList().get(0) + "'");
    }
  }
}
