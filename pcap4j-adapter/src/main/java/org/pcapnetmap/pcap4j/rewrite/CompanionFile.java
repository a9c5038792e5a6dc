package org.pcapnetmap.pcap4j.rewrite;

import java.io.IOException;
import java.io.InputStream;

/**
 * The class files of the adapter that belong into pcap4j's package. They lie in the jar where no
 * class loader takes them for classes of its own.
 */
public final class CompanionFile {
  /** Where they lie in the jar. */
  public static final String FOLDER = "META-INF/companions/";

  private CompanionFile() {}

  /**
   * Reads one.
   *
   * @param simpleName of the class, without its package
   * @return the class file
   */
  public static byte[] read(String simpleName) {
    String file = '/' + FOLDER + Pcap4jClass.PACKAGE + simpleName + ".class";
    try (InputStream in = CompanionFile.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new IllegalStateException(file + " is missing; take the whole jar");
      }
      return in.readAllBytes();
    } catch (IOException e) {
      throw new IllegalStateException(file + " cannot be read", e);
    }
  }
}
