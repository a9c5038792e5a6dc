package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The scenarios that every implementation can express. */
abstract class ContractTest
    implements ReadingScenarios,
        WaitingScenarios,
        BatchScenarios,
        BreakingScenarios,
        FilterScenarios,
        ExpressionScenarios,
        DirectionScenarios,
        CountingScenarios,
        InjectingScenarios,
        DatalinkScenarios {
  private final List<Handle> handles = new ArrayList<>();
  private Network network;

  /** The interface that this implementation is for; skips the test where there can be none. */
  abstract Network newNetwork() throws IOException;

  /** Opens and activates a handle on the network's device. */
  abstract Handle newHandle(Network on, Options options) throws IOException;

  /** In what the implementation differs from stock on purpose. */
  abstract Set<Difference> differences();

  @BeforeEach
  final void openNetwork() throws IOException {
    network = newNetwork();
  }

  @AfterEach
  final void closeAll() throws IOException {
    for (Handle handle : handles) {
      handle.close();
    }
    if (network != null) {
      network.close();
    }
  }

  @Override
  public final Network network() {
    return network;
  }

  @Override
  public final Handle open(Options options) throws IOException {
    Handle handle = network.inside(() -> newHandle(network, options));
    closeLater(handle);
    return handle;
  }

  final void closeLater(Handle handle) {
    handles.add(handle);
  }

  @Override
  public final boolean differs(Difference difference) {
    return differences().contains(difference);
  }
}
