package org.pcapnetmap.compat.contract;

import java.io.IOException;

/** The Java pcap engine on an interface of the kernel's netmap that is shared with the host. */
class JavaEngineOnKernelNicContractTest extends JavaEngineOnNicContractTest
    implements SharedKernelNicScenarios {
  @Override
  Network newNetwork() throws IOException {
    return new KernelNetwork(() -> new NicNetwork(""));
  }
}
