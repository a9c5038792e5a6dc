package org.pcap4j.core;

import java.util.List;
import java.util.function.BooleanSupplier;

/** What opens netmap ports for pcap4j: implemented by the ring engine, in its own class loader. */
public abstract class NetmapEngine {
  /** Class that extends this one; it is looked for by name, since it lies below. */
  static final String IMPLEMENTATION = "org.pcapnetmap.pcap4j.engine.RingEngine";

  /** Where the implementation is found, unless beside this class; set before it is needed. */
  static volatile ClassLoader loader;

  /**
   * Whether all of pcap4j's classes are rewritten; asked once, before the first use. Null where
   * they lie rewritten in a jar.
   */
  static volatile BooleanSupplier complete;

  /** Set up once, by the first use. */
  private static final class Holder {
    static final NetmapEngine ENGINE = create();

    private Holder() {}
  }

  /** Returns the engine. */
  static NetmapEngine engine() {
    return Holder.ENGINE;
  }

  private static NetmapEngine create() {
    BooleanSupplier asked = complete;
    if (asked != null && !asked.getAsBoolean()) {
      return NoEngine.stock();
    }
    ClassLoader from = loader == null ? NetmapEngine.class.getClassLoader() : loader;
    try {
      Class<?> type = Class.forName(IMPLEMENTATION, true, from);
      return (NetmapEngine) type.getDeclaredConstructor().newInstance();
    } catch (ReflectiveOperationException | LinkageError e) {
      return NoEngine.because(e);
    }
  }

  /**
   * Whether a device is a netmap port.
   *
   * @param device as given to pcap4j
   * @return false for what the system's libpcap shall open
   */
  public abstract boolean isPort(String device);

  /**
   * A handle, still to be activated.
   *
   * @param device a port
   * @return the handle
   */
  public abstract NetmapHandle create(String device);

  /**
   * The ports to be found among the network interfaces.
   *
   * @return of each the name and a description
   */
  public abstract List<Device> devices();

  /**
   * A port among the network interfaces.
   *
   * @param name as pcap4j opens it
   * @param description for people
   */
  public record Device(String name, String description) {}

  /**
   * Stands in where there is no engine: the ports are known, but cannot be opened; or no name is a
   * port's, so that all is as if the adapter were not there.
   */
  private static final class NoEngine extends NetmapEngine {
    private final Throwable cause;

    private NoEngine(Throwable cause) {
      this.cause = cause;
    }

    /** A method of this class, since the outer one is linked when this one is not there yet. */
    static NetmapEngine because(Throwable cause) {
      return new NoEngine(cause);
    }

    static NetmapEngine stock() {
      return new NoEngine(null);
    }

    @Override
    public boolean isPort(String device) {
      return cause != null && isPortByName(device);
    }

    private static boolean isPortByName(String device) {
      return device.startsWith("vale") || device.startsWith("netmap:");
    }

    @Override
    public NetmapHandle create(String device) {
      throw new IllegalStateException(
          device + ": the ring engine is not beside pcap4j (" + cause + "); take the whole jar",
          cause);
    }

    @Override
    public List<Device> devices() {
      return List.of();
    }
  }
}
