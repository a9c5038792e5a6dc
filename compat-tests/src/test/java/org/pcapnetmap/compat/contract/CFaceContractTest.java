package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
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

  /** A sanitized library is preloaded as this process's, behind the sanitizer's runtime. */
  @Override
  public List<String> launcher() {
    List<String> all = new ArrayList<>(network().launcher());
    all.addAll(preloading());
    return all;
  }

  private static List<String> preloading() {
    String sanitized = System.getProperty("contract.face");
    if (sanitized == null) {
      return List.of(Path.of(System.getProperty("nmcap.home"), "bin/nmrun").toString());
    }
    return List.of("env", "LD_PRELOAD=" + System.getenv("LD_PRELOAD") + ":" + sanitized);
  }

  @Override
  Set<Difference> differences() {
    return EnumSet.allOf(Difference.class);
  }
}
