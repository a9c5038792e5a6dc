package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import java.io.IOException;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.function.Executable;
import org.pcapnetmap.compat.pcap4j.Pcap4jVersion;

/** The suite on the published versions of pcap4j and JNA that the tests are not compiled with. */
@Tag("beside")
class Pcap4jVersionsContractTest {
  @TestFactory
  Stream<DynamicContainer> adapter() {
    return Pcap4jVersion.all()
        .filter(version -> !version.equals(Pcap4jVersion.COMPILED))
        .map(version -> suite(version, "adapter"));
  }

  /** The oracle for version 2, which starts on Linux only with the adapter. */
  @TestFactory
  Stream<DynamicContainer> stock() {
    return Pcap4jVersion.all()
        .filter(version -> !version.isFirstLine() && version.hasLatestJna())
        .map(version -> suite(version, "stock"));
  }

  private static DynamicContainer suite(Pcap4jVersion version, String kind) {
    return DynamicContainer.dynamicContainer(
        version.toString(),
        tests(version, kind).entrySet().stream()
            .map(test -> dynamicTest(test.getKey(), test.getValue())));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Executable> tests(Pcap4jVersion version, String kind) {
    try {
      Pcap4jIsland island = new Pcap4jIsland(version.jars());
      Class<?> run = island.loadClass(ContractRun.class.getName());
      return (Map<String, Executable>) run.getMethod(kind).invoke(null);
    } catch (ReflectiveOperationException | IOException e) {
      throw new AssertionError(e);
    }
  }
}
