package org.pcapnetmap.pcap4j.engine;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which names mean netmap ports: their own, and those that the user has mapped to ports, by the
 * variables that {@code nmrun} sets or by the system property, which goes first.
 */
final class DeviceNames {
  /** System property: NAME=PORT, several with commas between them. */
  static final String MAP_PROPERTY = "pcapnetmap.map";

  /** The same as an environment variable. */
  static final String MAP_VARIABLE = "PCAP_NETMAP_MAP";

  private static final String SWITCH_VARIABLE = "PCAP_NETMAP";
  private static final Pattern BARE_SWITCH = Pattern.compile("vale[0-9A-Za-z]+");
  private static final Pattern PORT = Pattern.compile("(vale[0-9A-Za-z]*|netmap):.+");

  private final Map<String, String> map;
  private final boolean off;

  private DeviceNames(Map<String, String> map, boolean off) {
    this.map = map;
    this.off = off;
  }

  /** As the user of this process has said. */
  static DeviceNames ofUser() {
    Map<String, String> environment = System.getenv();
    String said = System.getProperty(MAP_PROPERTY, environment.get(MAP_VARIABLE));
    return new DeviceNames(parse(said), "off".equals(environment.get(SWITCH_VARIABLE)));
  }

  /** As mappings say; for null there are none. */
  static DeviceNames of(String mappings) {
    return new DeviceNames(parse(mappings), false);
  }

  private static Map<String, String> parse(String mappings) {
    Map<String, String> map = new LinkedHashMap<>();
    if (mappings != null) {
      for (String entry : mappings.split(",")) {
        int equals = entry.indexOf('=');
        if (equals > 0) {
          map.putIfAbsent(entry.substring(0, equals), entry.substring(equals + 1));
        }
      }
    }
    return map;
  }

  /** The port that a name means; null if it is not ours. */
  String port(String device) {
    if (off || device.isEmpty()) {
      return null;
    }
    String mapped = map.get(device);
    if (mapped != null) {
      return mapped;
    }
    return PORT.matcher(device).matches() || lacksPort(device) ? device : null;
  }

  /** A switch without a port, and no interface that happens to be called so. */
  private static boolean lacksPort(String device) {
    return BARE_SWITCH.matcher(device).matches()
        && !Files.exists(Path.of("/sys/class/net", device));
  }

  /** Whether no port is to be opened. */
  boolean isOff() {
    return off;
  }

  /** Each mapped name with its port. */
  Map<String, String> mapped() {
    return map;
  }
}
