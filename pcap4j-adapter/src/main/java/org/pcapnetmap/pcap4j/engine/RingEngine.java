package org.pcapnetmap.pcap4j.engine;

import java.util.List;
import org.pcap4j.core.NetmapEngine;
import org.pcap4j.core.NetmapHandle;

/** Opens netmap ports by the Java pcap engine. */
public final class RingEngine extends NetmapEngine {
  private final DeviceNames names = DeviceNames.ofUser();

  /** An engine with the names of this process; loads nothing native. */
  public RingEngine() {}

  @Override
  public boolean isPort(String device) {
    return names.port(device) != null;
  }

  @Override
  public NetmapHandle create(String device) {
    return new RingHandle(device, names.port(device));
  }

  @Override
  public List<Device> devices() {
    return names.isOff() ? List.of() : new DeviceList(names).devices();
  }
}
