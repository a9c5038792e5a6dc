package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

/** All parts have one version. */
class VersionTest {
  @Test
  void nmrunHasNmcapsVersion() throws Exception {
    try (RunningTool nmrun = RunningTool.start(Tools.NMRUN, "--version")) {
      assertEquals(0, nmrun.exitCode(), nmrun::toString);
      assertEquals(version(Nmcap.run("--version").out()), version(nmrun.out()));
    }
  }

  private static String version(List<String> said) {
    return said.get(0).split(" ")[1];
  }
}
