package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;

/** The C face on an interface that is shared with the host. */
@Tag("beside")
class CFaceOnNicContractTest extends CFaceContractTest {
  @Override
  Network newNetwork() throws IOException {
    return new NicNetwork("");
  }

  @Override
  Set<Difference> differences() {
    return EnumSet.complementOf(EnumSet.of(Difference.LONG_FRAMES));
  }
}
