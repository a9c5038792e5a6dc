package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The C face on a port of a VALE switch. */
class CFaceContractTest extends CContractTest {
  @Override
  Network newNetwork() throws IOException {
    return new ValeNetwork();
  }

  @Override
  public LibPcap library() {
    return LibPcap.face();
  }

  @Override
  public List<String> launcher() {
    return List.of(Path.of(System.getProperty("nmcap.home"), "bin/nmrun").toString());
  }

  @Override
  Set<Difference> differences() {
    return EnumSet.allOf(Difference.class);
  }
}
