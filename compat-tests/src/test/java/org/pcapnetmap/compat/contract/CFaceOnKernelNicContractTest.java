package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import org.junit.jupiter.api.Test;

/** The C face on an interface of the kernel's netmap that is shared with the host. */
class CFaceOnKernelNicContractTest extends CFaceOnNicContractTest
    implements SharedKernelNicScenarios {
  @Override
  Network newNetwork() throws IOException {
    return new KernelNetwork(() -> new NicNetwork(""));
  }

  @Test
  @Override
  public void descriptorAndPacketsThatTheDirectionHides() {
    abort(ONE_SENDER);
  }
}
