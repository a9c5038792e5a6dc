package org.pcapnetmap.netmap;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the device library says of itself, for example {@code 0.1.0 abi 14 layout 5.0}. */
final class DeviceVersion {
  private static final Pattern FORM = Pattern.compile("\\S+ abi (\\d+) layout (\\d+)\\.\\d+");
  private static final int LAYOUT_MAJOR = 5;

  private DeviceVersion() {}

  /** Throws unless this package reads the library's structures; minor differences work. */
  static void check(String version) {
    Matcher parts = FORM.matcher(version);
    if (!parts.matches()
        || Integer.parseInt(parts.group(1)) != InterfaceLayout.ABI_VERSION
        || Integer.parseInt(parts.group(2)) != LAYOUT_MAJOR) {
      throw new UnsatisfiedLinkError(
          "it is version \""
              + version
              + "\", and abi "
              + InterfaceLayout.ABI_VERSION
              + " layout "
              + LAYOUT_MAJOR
              + ".x is needed");
    }
  }
}
