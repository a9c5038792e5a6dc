package org.pcapnetmap.pcap4j.engine;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.pcap4j.core.NetmapEngine.Device;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.pcap.PcapPort;

/** The ports to be found: mapped names, ports that are open, and the switches they are on. */
final class DeviceList {
  private final DeviceNames names;

  DeviceList(DeviceNames names) {
    this.names = names;
  }

  List<Device> devices() {
    List<Device> devices = new ArrayList<>();
    names.mapped().forEach((name, port) -> devices.add(new Device(name, "netmap port " + port)));
    List<PcapPort> ports = open();
    ports.forEach(port -> devices.add(new Device(port.name(), port.description())));
    switches(ports)
        .forEach(
            name -> devices.add(new Device(name + ":*", "all ports of the netmap switch " + name)));
    return devices;
  }

  /** Monitors are no ports, and the whole switch is told of every switch. */
  private static List<PcapPort> open() {
    try {
      return PcapPort.inUse().stream()
          .filter(port -> port.name().indexOf('/') < 0 && port.name().indexOf('*') < 0)
          .toList();
    } catch (NetmapException e) {
      return List.of(); // interfaces are found also where there is no netmap device
    }
  }

  private static Set<String> switches(List<PcapPort> ports) {
    Set<String> switches = new LinkedHashSet<>();
    for (PcapPort port : ports) {
      if (port.name().startsWith("vale")) {
        switches.add(port.name().substring(0, port.name().indexOf(':')));
      }
    }
    return switches;
  }
}
