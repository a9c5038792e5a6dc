package org.pcapnetmap.cli;

import java.util.List;
import org.pcapnetmap.netmap.NetmapDevice;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.OpeningInfo;
import org.pcapnetmap.netmap.PairCounters;

/** What is open, but for the switches that nmcap itself makes for a moment. */
public final class OpenPorts {
  /** What the switches that captures warm up on are called, before a number. */
  public static final String WARM_UP = "valewarmup";

  private OpenPorts() {}

  static List<OpeningInfo> list() throws NetmapException {
    return shown(NetmapDevice.list());
  }

  static List<OpeningInfo> shown(List<OpeningInfo> openings) {
    return openings.stream().filter(o -> !o.switchName().startsWith(WARM_UP)).toList();
  }

  static List<PairCounters> pairs() throws NetmapException {
    return NetmapDevice.pairs().stream()
        .filter(pair -> !pair.switchName().startsWith(WARM_UP))
        .toList();
  }
}
