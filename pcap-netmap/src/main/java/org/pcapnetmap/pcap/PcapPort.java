package org.pcapnetmap.pcap;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.pcapnetmap.netmap.NetmapDevice;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.OpeningInfo;

/**
 * A port that somebody has open, and that can be captured on.
 *
 * @param name to open it by, for example {@code vale0:1}
 * @param description who has it open, for people
 */
public record PcapPort(String name, String description) {
  /**
   * The ports in use; any other well-formed name can be opened just as well.
   *
   * @return one entry for each port, by name
   * @throws NetmapException when the runtime directory may not be read
   */
  public static List<PcapPort> inUse() throws NetmapException {
    Map<String, List<OpeningInfo>> byName =
        NetmapDevice.list().stream()
            .collect(Collectors.groupingBy(OpeningInfo::name, TreeMap::new, Collectors.toList()));
    return byName.entrySet().stream().map(e -> of(e.getKey(), e.getValue())).toList();
  }

  private static PcapPort of(String name, List<OpeningInfo> openings) {
    String users =
        openings.stream()
            .sorted(Comparator.comparingInt(OpeningInfo::index))
            .map(OpeningInfo::program)
            .distinct()
            .collect(Collectors.joining(", "));
    return new PcapPort(name, "port of a VALE switch, used by " + users);
  }
}
