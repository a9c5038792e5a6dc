package org.pcapnetmap.pcap4j.install;

import java.net.URL;
import java.security.CodeSource;

/** The jar that all this comes from. */
final class AdapterJar {
  private AdapterJar() {}

  /** Returns its place; a folder of classes will do as well. */
  static URL url() {
    CodeSource source = AdapterJar.class.getProtectionDomain().getCodeSource();
    if (source == null || source.getLocation() == null) {
      throw new IllegalStateException("the class loader does not say which jar this is from");
    }
    return source.getLocation();
  }
}
