package org.pcapnetmap.pcap4j.install;

import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.invoke.MethodHandles;
import java.security.ProtectionDomain;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import org.pcapnetmap.pcap4j.rewrite.Pcap4jClass;
import org.pcapnetmap.pcap4j.rewrite.UnknownPcap4jException;

/**
 * Rewrites pcap4j's classes as they are loaded: for each class loader all of them, or, when one
 * cannot be, none, with a line on standard error.
 */
final class Transformer implements ClassFileTransformer {
  private final Instrumentation instrumentation;

  /** Whether pcap4j is accelerated in a loader; decided once. */
  private final Map<ClassLoader, Boolean> decided = new WeakHashMap<>();

  Transformer(Instrumentation instrumentation, List<Class<?>> early) {
    this.instrumentation = instrumentation;
    for (Class<?> type : early) {
      if (!Pcap4jClass.of(type.getName().replace('.', '/')).isRewritableWhenLoaded()) {
        tell(type.getName() + " was loaded before the agent came: start Java with -javaagent");
        decided.put(type.getClassLoader(), false);
      }
    }
  }

  @Override
  public byte[] transform(
      Module module,
      ClassLoader loader,
      String name,
      Class<?> redefined,
      ProtectionDomain domain,
      byte[] classFile) {
    Pcap4jClass type = Pcap4jClass.of(name);
    if (type == null || loader == null) {
      return null;
    }
    try {
      return isAccelerated(module, loader) ? type.rewrite(classFile) : null;
    } catch (UnknownPcap4jException e) {
      tell(name + " was changed by another agent (" + e.getMessage() + "); leave that one out");
      return null;
    }
  }

  private synchronized boolean isAccelerated(Module module, ClassLoader loader) {
    Boolean known = decided.get(loader);
    if (known == null) {
      known = accelerate(module, loader);
      decided.put(loader, known);
    }
    return known;
  }

  private boolean accelerate(Module module, ClassLoader loader) {
    try {
      if (Installation.isBroughtIn(loader) && !Installation.isPatchHidden(loader)) {
        return false; // by another agent, a call, or the patch jar
      }
      Installation.rewriteAll(loader);
      open(module);
      Class<?> door = Installation.door(loader);
      Installation.bringIn(MethodHandles.privateLookupIn(door, MethodHandles.lookup()));
      return true;
    } catch (UnknownPcap4jException e) {
      tell("this pcap4j is none of the known versions 1.8 and 2.0: " + e.getMessage());
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      tell("the adapter cannot be set up: " + e);
    }
    return false;
  }

  /** Lets us into pcap4j's package where it is a named module. */
  private void open(Module module) {
    if (module.isNamed()) {
      Set<Module> us = Set.of(Transformer.class.getModule());
      String opened = Companions.PACKAGE.substring(0, Companions.PACKAGE.length() - 1);
      instrumentation.redefineModule(
          module, Set.of(), Map.of(), Map.of(opened, us), Set.of(), Map.of());
    }
  }

  private static void tell(String what) {
    System.err.println("pcap-netmap: " + what + "; pcap4j stays as it is");
  }
}
