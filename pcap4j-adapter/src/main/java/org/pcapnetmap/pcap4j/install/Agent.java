package org.pcapnetmap.pcap4j.install;

import java.lang.instrument.Instrumentation;
import java.lang.instrument.UnmodifiableClassException;
import java.util.ArrayList;
import java.util.List;
import org.pcapnetmap.pcap4j.rewrite.Pcap4jClass;

/**
 * The agent: {@code java -javaagent:pcap4j-adapter.jar[=NAME=PORT,...]}, or attached to a running
 * program that has not used pcap4j yet.
 */
public final class Agent {
  /** What {@code DeviceNames} of the engine reads. */
  private static final String MAP_PROPERTY = "pcapnetmap.map";

  private Agent() {}

  /**
   * Called by the JVM before the program starts.
   *
   * @param options names of devices that mean ports, NAME=PORT with commas between; may be null
   * @param instrumentation the JVM's
   */
  public static void premain(String options, Instrumentation instrumentation) {
    if (options != null && !options.isEmpty()) {
      System.setProperty(MAP_PROPERTY, options);
    }
    Transformer transformer = new Transformer(instrumentation);
    // Before the list is made: what is loaded meanwhile shall be rewritten, or be in the list.
    instrumentation.addTransformer(transformer, true);
    List<Class<?>> loaded = loaded(instrumentation);
    transformer.refuseThoseTooLate(loaded);
    retransform(instrumentation, loaded);
  }

  /**
   * Called by the JVM when the agent is attached.
   *
   * @param options as for {@link #premain}
   * @param instrumentation the JVM's
   */
  public static void agentmain(String options, Instrumentation instrumentation) {
    premain(options, instrumentation);
  }

  /** The classes that should be rewritten and are loaded. */
  private static List<Class<?>> loaded(Instrumentation instrumentation) {
    List<Class<?>> loaded = new ArrayList<>();
    for (Class<?> type : instrumentation.getAllLoadedClasses()) {
      if (Pcap4jClass.of(type.getName().replace('.', '/')) != null) {
        loaded.add(type);
      }
    }
    return loaded;
  }

  private static void retransform(Instrumentation instrumentation, List<Class<?>> loaded) {
    for (Class<?> type : loaded) {
      if (Pcap4jClass.of(type.getName().replace('.', '/')).isRewritableWhenLoaded()) {
        try {
          instrumentation.retransformClasses(type);
        } catch (UnmodifiableClassException e) {
          throw new IllegalStateException(e); // it is no array or primitive
        }
      }
    }
  }
}
