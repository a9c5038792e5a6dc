package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** pcap4j through the adapter: what it has beyond libpcap, and what the adapter takes. */
class Pcap4jBehaviourTest {
  @TempDir private Path folder;

  @TestFactory
  Stream<DynamicTest> behaviour() {
    Pcap4jAdapter.install();
    return cases(Pcap4jBehaviour.class);
  }

  @TestFactory
  Stream<DynamicTest> resources() {
    Pcap4jAdapter.install();
    return cases(Pcap4jResources.class);
  }

  @TestFactory
  Stream<DynamicTest> functions() {
    Pcap4jAdapter.install();
    return cases(Pcap4jFunctions.class);
  }

  @TestFactory
  Stream<DynamicTest> closes() {
    Pcap4jAdapter.install();
    return cases(Pcap4jCloses.class);
  }

  private Stream<DynamicTest> cases(Class<? extends Pcap4jCases> type) {
    return Arrays.stream(type.getDeclaredMethods())
        .filter(method -> Modifier.isPublic(method.getModifiers()))
        .filter(method -> method.getParameterCount() == 0 && !method.getName().equals("close"))
        .map(method -> dynamicTest(method.getName(), () -> run(type, method)));
  }

  private void run(Class<? extends Pcap4jCases> type, Method method) throws Throwable {
    try (Pcap4jCases cases = type.getDeclaredConstructor().newInstance()) {
      cases.open(folder);
      method.invoke(cases);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
