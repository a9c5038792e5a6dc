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

  /** By the loaders that have a pcap4j. */
  private final Map<ClassLoader, Acceleration> accelerations = new WeakHashMap<>();

  Transformer(Instrumentation instrumentation) {
    this.instrumentation = instrumentation;
    Pcap4jClass.of(null); // Is loaded now: every class that is loaded later is held against it.
  }

  /**
   * Leaves every pcap4j as it is that has loaded what cannot be rewritten any more.
   *
   * @param loaded classes of pcap4j's, also those that were rewritten as they were loaded
   */
  synchronized void refuseThoseTooLate(List<Class<?>> loaded) {
    for (Class<?> type : loaded) {
      Pcap4jClass known = Pcap4jClass.of(type.getName().replace('.', '/'));
      Acceleration begun = accelerations.get(type.getClassLoader());
      if (!known.isRewritableWhenLoaded() && (begun == null || !begun.has(known))) {
        accelerations
            .computeIfAbsent(type.getClassLoader(), loader -> new Acceleration())
            .refuse(
                type.getName() + " was loaded before the agent came: start Java with -javaagent");
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
    Acceleration acceleration = acceleration(module, loader);
    return acceleration.isRefused() ? null : rewrite(type, classFile, acceleration);
  }

  private static byte[] rewrite(Pcap4jClass type, byte[] classFile, Acceleration acceleration) {
    try {
      byte[] rewritten = type.rewrite(classFile);
      acceleration.note(type);
      return rewritten;
    } catch (UnknownPcap4jException e) {
      acceleration.refuse(
          type.className()
              + " was changed by another agent ("
              + e.getMessage()
              + "); leave that one out");
      return null;
    }
  }

  private synchronized Acceleration acceleration(Module module, ClassLoader loader) {
    Acceleration known = accelerations.get(loader);
    if (known == null) {
      known = new Acceleration();
      accelerate(module, loader, known);
      accelerations.put(loader, known);
    }
    return known;
  }

  private void accelerate(Module module, ClassLoader loader, Acceleration acceleration) {
    try {
      if (Installation.isBroughtIn(loader) && !Installation.isPatchHidden(loader)) {
        acceleration.leave(); // by another agent, a call, or the patch jar
        return;
      }
      Installation.rewriteAll(loader);
      open(module);
      MethodHandles.Lookup lookup =
          MethodHandles.privateLookupIn(Installation.door(loader), MethodHandles.lookup());
      Installation.bringIn(lookup, () -> acceleration.isComplete(loader));
    } catch (UnknownPcap4jException e) {
      acceleration.refuse(
          "this pcap4j is none of the known versions 1.8 and 2.0: " + e.getMessage());
    } catch (ReflectiveOperationException | RuntimeException | LinkageError e) {
      acceleration.refuse("the adapter cannot be set up: " + e);
    }
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
}
