package org.pcapnetmap.cli;

import java.util.List;
import java.util.regex.Pattern;
import org.pcapnetmap.netmap.NetmapDevice;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.OpeningInfo;
import org.pcapnetmap.netmap.PairCounters;

/** What is open, but for the switches that nmcap itself makes for a moment. */
public final class OpenPorts {
  /** What the switches that captures warm up on are called, before a number. */
  public static final String WARM_UP = "valewarmup";

  private static final Pattern HIDDEN = Pattern.compile(WARM_UP + "[0-9]+");

  private OpenPorts() {}

  private static boolean isShown(String switchName) {
    return !HIDDEN.matcher(switchName).matches();
  }

  static List<OpeningInfo> list() throws NetmapException {
    return shown(NetmapDevice.list());
  }

  static List<OpeningInfo> shown(List<OpeningInfo> openings) {
    return openings.stream().filter(o -> isShown(o.switchName())).toList();
  }

  static List<PairCounters> pairs() throws NetmapException {
    return NetmapDevice.pairs().stream().filter(pair -> isShown(pair.switchName())).toList();
  }
}
