package org.pcapnetmap.pcap4j.install;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.lang.reflect.Proxy;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.pcapnetmap.pcap4j.rewrite.Pcap4jClass;

/** An agent that is attached while the program loads pcap4j's classes. */
class AgentTest {
  /** What is on the class path, without the adapter's classes in pcap4j's package. */
  private static final class Pcap4jLoader extends URLClassLoader {
    Pcap4jLoader(List<URL> jars) {
      super(jars.toArray(URL[]::new), ClassLoader.getPlatformClassLoader());
    }

    Class<?> define(byte[] classFile) {
      return defineClass(null, classFile, 0, classFile.length);
    }
  }

  private final List<ClassFileTransformer> transformers = new ArrayList<>();
  private Pcap4jLoader loader;

  /** The program is faster than the list of what it has loaded. */
  @Test
  void whatIsLoadedMeanwhileIsNotTooLate() throws Exception {
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, UTF_8));
    try (Pcap4jLoader opened = new Pcap4jLoader(jars())) {
      loader = opened;
      Agent.agentmain(null, instrumentation());
      assertNotNull(transformed(Pcap4jClass.PCAP_HANDLE), said::toString);
    } finally {
      System.setErr(err);
    }
    assertEquals("", said.toString(UTF_8));
  }

  private static List<URL> jars() {
    return List.of(
        org.pcap4j.core.Pcaps.class.getProtectionDomain().getCodeSource().getLocation(),
        com.sun.jna.Native.class.getProtectionDomain().getCodeSource().getLocation(),
        org.slf4j.Logger.class.getProtectionDomain().getCodeSource().getLocation());
  }

  private Instrumentation instrumentation() {
    return (Instrumentation)
        Proxy.newProxyInstance(
            AgentTest.class.getClassLoader(),
            new Class<?>[] {Instrumentation.class},
            (proxy, method, arguments) ->
                switch (method.getName()) {
                  case "addTransformer" -> {
                    transformers.add((ClassFileTransformer) arguments[0]);
                    yield null;
                  }
                  case "getAllLoadedClasses" -> new Class<?>[] {load()};
                  default -> throw new AssertionError(method);
                });
  }

  /** What the JVM does when the program uses pcap4j. */
  private Class<?> load() throws Exception {
    byte[] rewritten = transformed(Pcap4jClass.NATIVE_MAPPINGS);
    return loader.define(rewritten == null ? classFile(Pcap4jClass.NATIVE_MAPPINGS) : rewritten);
  }

  private byte[] transformed(Pcap4jClass type) throws Exception {
    byte[] rewritten = null;
    for (ClassFileTransformer transformer : transformers) {
      rewritten =
          transformer.transform(
              loader.getUnnamedModule(), loader, type.internalName(), null, null, classFile(type));
    }
    return rewritten;
  }

  private byte[] classFile(Pcap4jClass type) throws IOException {
    try (InputStream in = loader.getResourceAsStream(type.internalName() + ".class")) {
      return in.readAllBytes();
    }
  }
}
