package org.pcapnetmap.compat.contract;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The tests of the suite one by one, for who has other classes of it than JUnit has. */
public final class ContractRun {
  private ContractRun() {}

  /** Those of pcap4j through the adapter, by their names. */
  public static Map<String, Executable> adapter() {
    return tests(Pcap4jContractTest.class, Pcap4jContractTest::new);
  }

  /** Those of pcap4j on stock libpcap, by their names. */
  public static Map<String, Executable> stock() {
    return tests(StockPcap4jContractTest.class, StockPcap4jContractTest::new);
  }

  private static Map<String, Executable> tests(
      Class<? extends ContractTest> type, Supplier<ContractTest> made) {
    Map<String, Executable> tests = new TreeMap<>();
    Arrays.stream(type.getMethods())
        .filter(method -> method.isAnnotationPresent(Test.class))
        .forEach(method -> tests.put(method.getName(), () -> run(made.get(), method)));
    return tests;
  }

  private static void run(ContractTest test, Method method) throws Throwable {
    try {
      test.openNetwork();
      method.invoke(test);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    } finally {
      test.closeAll();
    }
  }
}
