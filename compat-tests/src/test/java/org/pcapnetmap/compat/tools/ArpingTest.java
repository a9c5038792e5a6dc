package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Unmodified arping (Habets'): it sends by libnet on a packet socket, and selects to read. */
class ArpingTest extends PlaceTest {
  private static final Station SELF = new Station(9);
  private static final Station TARGET = new Station(2);

  @Override
  Place place() throws Exception {
    return Place.forModestPrograms();
  }

  @Test
  void getsItsAnswers() throws Exception {
    Tools.assumeInstalled("arping");
    try (OwnNetwork network = net.network();
        AnsweringHost host = new AnsweringHost(net, TARGET, Set.of());
        RunningTool arping =
            network.mapped(net.port("1"), "arping", "-c", "2", "-i", "eth1", TARGET.ipText())) {
      end(arping);
      assertLine(arping, "60 bytes from 02:00:00:00:00:02 (10.0.0.2): index=0");
      assertLine(arping, "60 bytes from 02:00:00:00:00:02 (10.0.0.2): index=1");
      assertLine(arping, "2 packets transmitted, 2 packets received");
      byte[] request = new byte[42];
      System.arraycopy(host.seen().get(0), 0, request, 0, request.length);
      byte[] expected = new byte[42];
      System.arraycopy(SELF.arpRequest(TARGET), 0, expected, 0, expected.length);
      assertArrayEquals(expected, request);
    }
  }

  /** With -z it forbids itself all system calls that stock libpcap and libnet do not make. */
  @Test
  void alsoUnderSeccomp() throws Exception {
    Tools.assumeInstalled("arping");
    assumeClockNeedsNoCall();
    try (OwnNetwork network = net.network();
        AnsweringHost host = new AnsweringHost(net, TARGET, Set.of());
        RunningTool arping =
            network.mapped(
                net.port("1"), "arping", "-z", "-c", "2", "-i", "eth1", TARGET.ipText())) {
      end(arping);
      assertLine(arping, "2 packets transmitted, 2 packets received");
      assertTrue(host.seen().size() >= 2, () -> host.seen().size() + " requests");
    }
  }

  /** Where the clock is asked by a system call, arping -z is killed without us, too. */
  private static void assumeClockNeedsNoCall() throws IOException {
    Path clock = Path.of("/sys/devices/system/clocksource/clocksource0/current_clocksource");
    assumeFalse(
        Files.exists(clock) && List.of("hpet", "acpi_pm").contains(Files.readString(clock).strip()),
        "arping -z forbids itself the system call that this machine's clock needs");
  }
}
