package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Unmodified arpwatch on a mapped interface: it looks for the interface's network first. */
class ArpwatchTest extends PlaceTest {
  @TempDir private Path folder;

  @Test
  void reportsNewStations() throws Exception {
    Tools.assumeInstalled("arpwatch");
    Path known = Files.createFile(folder.resolve("arp.dat"));
    try (OwnNetwork network = net.network();
        Conversation hosts = new Conversation(net);
        RunningTool arpwatch =
            network.mapped(
                net.port("watch"), "arpwatch", "-d", "-i", "eth1", "-f", known.toString())) {
      net.awaitFilter("arpwatch");
      hosts.greet();
      arpwatch.awaitText("ethernet address: 02:00:00:00:00:02");
      arpwatch.signal("TERM");
      end(arpwatch);
      assertTrue(arpwatch.toString().contains("new station (10.0.0.1) eth1"), arpwatch::toString);
      assertTrue(arpwatch.toString().contains("new station (10.0.0.2) eth1"), arpwatch::toString);
    }
    List<String> stations = Files.readAllLines(known);
    assertTrue(stations.get(0).startsWith("02:00:00:00:00:01\t10.0.0.1\t"), stations::toString);
    assertTrue(stations.get(1).startsWith("02:00:00:00:00:02\t10.0.0.2\t"), stations::toString);
  }
}
