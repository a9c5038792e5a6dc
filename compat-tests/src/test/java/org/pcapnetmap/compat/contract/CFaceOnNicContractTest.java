package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
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
  public List<String> launcher() {
    String holder = Long.toString(((NicNetwork) network()).holder());
    List<String> inside = new ArrayList<>(List.of("nsenter", "-n", "-t", holder));
    inside.addAll(super.launcher());
    return inside;
  }

  @Override
  Set<Difference> differences() {
    return EnumSet.complementOf(EnumSet.of(Difference.LONG_FRAMES));
  }
}
