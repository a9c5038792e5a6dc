package org.pcapnetmap.compat.bench;

import java.util.ArrayList;
import java.util.List;

/** How a tcpdump captures from an interface. */
enum NicWay {
  /** As it is, by stock libpcap. */
  STOCK("stock tcpdump", "", ""),
  /** Under nmrun, the host keeps the interface. */
  SHARED("tcpdump under nmrun, shared", "netmap:", ""),
  /** Under nmrun, by AF_XDP. */
  ALONE("tcpdump under nmrun, alone (/x)", "netmap:", "/x");

  private final String text;
  private final String prefix;
  private final String suffix;

  NicWay(String text, String prefix, String suffix) {
    this.text = text;
    this.prefix = prefix;
    this.suffix = suffix;
  }

  List<String> tcpdump(Workbench bench, String netInterface) {
    List<String> command = new ArrayList<>();
    if (this != STOCK) {
      command.add(bench.nmrun().toString());
    }
    command.addAll(Tcpdump.command(prefix + netInterface + suffix));
    return command;
  }

  @Override
  public String toString() {
    return text;
  }
}
