package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.Pointer;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** The scenarios of a library with libpcap's C functions. */
abstract class CContractTest extends ContractTest
    implements StateScenarios,
        OpenErrorScenarios,
        CReadScenarios,
        DescriptorScenarios,
        CProgramScenarios,
        CInjectScenarios,
        InfoScenarios,
        DumpScenarios,
        ProcessScenarios {
  private static int scenarios;

  @BeforeAll
  static void beginCounting() {
    scenarios = 0;
    HandleFunctions.forget();
  }

  /** After the network was opened, without which a scenario is skipped. */
  @BeforeEach
  final void countScenario() {
    scenarios++;
  }

  /** Where all scenarios were run, they have called every function that takes a handle. */
  @AfterAll
  static void handleFunctionsWereCalled(TestInfo test) throws IOException {
    long all =
        Arrays.stream(test.getTestClass().orElseThrow().getMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .count();
    if (scenarios == all) {
      Set<String> uncalled = HandleFunctions.declared();
      uncalled.removeAll(HandleFunctions.called());
      assertEquals(Set.of(), uncalled, "no scenario calls them with a handle");
    }
  }

  @Override
  final Handle newHandle(Network on, Options options) throws IOException {
    return CHandle.open(library(), on.device(), options);
  }

  @Override
  public final Pointer created(String device) throws IOException {
    CHandle handle = network().inside(() -> CHandle.create(library(), device));
    closeLater(handle);
    return handle.pointer();
  }
}
