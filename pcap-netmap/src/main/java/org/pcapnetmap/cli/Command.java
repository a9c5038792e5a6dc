package org.pcapnetmap.cli;

import java.io.IOException;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.pcapnetmap.pcap.FilterException;

/** A subcommand of nmcap. */
public interface Command {
  /** Returns the word that chooses it. */
  String name();

  /** Returns what it does, in one line. */
  String summary();

  /** Returns what follows its name on the command line, in one line. */
  String usage();

  /** Returns its options. */
  Options options();

  /**
   * Does its work.
   *
   * @param line the options and the remaining words
   * @param terminal where results and messages go
   * @throws UsageException when options contradict each other or a value makes no sense
   * @throws FilterException when the filter expression is wrong
   * @throws IOException when the work cannot be done
   */
  void run(CommandLine line, Terminal terminal) throws UsageException, FilterException, IOException;
}
