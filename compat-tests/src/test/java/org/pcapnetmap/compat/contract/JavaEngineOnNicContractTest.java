package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** The Java pcap engine on an interface that is shared with the host. */
@Tag("beside")
class JavaEngineOnNicContractTest extends ContractTest implements JavaEngineScenarios {
  @Override
  Network newNetwork() throws IOException {
    return new NicNetwork("");
  }

  @Override
  Handle newHandle(Network on, Options options) throws IOException {
    return JavaEngineHandle.open(on.device(), options);
  }

  @Override
  Set<Difference> differences() {
    return EnumSet.complementOf(EnumSet.of(Difference.LONG_FRAMES));
  }
}
