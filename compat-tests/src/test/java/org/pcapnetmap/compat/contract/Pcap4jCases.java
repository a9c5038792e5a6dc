package org.pcapnetmap.compat.contract;

import java.nio.file.Path;

/**
 * Cases that name pcap4j's classes: public methods without arguments. JUnit looks at the signatures
 * of a test class, and would load those before the adapter is there.
 */
interface Pcap4jCases extends AutoCloseable {
  /** Before each case, on an object of its own. */
  void open(Path folder) throws Exception;

  @Override
  void close();
}
