package org.pcapnetmap.netmap;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opens that fail for a reason within this process: the exception's type and its one line. */
@Timeout(60)
final class OpenErrorTest {
  private static final int OPENINGS = 254;

  private final String network = TestSwitch.next();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "eth0",
        "",
        "vale0",
        "vale0:",
        "vale0:a/q",
        "vale0:a\0",
        "vale0:ä",
        "valet0",
        "vale123456789012:a",
        "vale0:abcdefghijklmnopqrstuvwxyz_.-123",
        "vale0:a{",
        "netmap:a{",
        "netmap:a{b/q"
      })
  void aNameThatIsNoPortName(String name) {
    String shown = name.replace('\0', '\ufffd');
    assertError(BadPortNameException.class, shown, () -> NetmapPort.open(name));
  }

  @Test
  void namesAreJudgedByTheirForm() throws Exception {
    assertTrue(NetmapDevice.isPortName("vale0:1"));
    assertFalse(NetmapDevice.isPortName("valet0"));
    assertFalse(NetmapDevice.isPortName("eth0"));
  }

  @Test
  void sizesOutOfRange() {
    PortOptions raw = PortOptions.raw();
    for (PortOptions options :
        List.of(
            raw.withTxSlots(15),
            raw.withRxSlots(262145),
            raw.withRxSlots(-1),
            raw.withBufferSize(100),
            raw.withRings(17, 1))) {
      assertError(BadOptionException.class, () -> NetmapPort.open(network + ":a", options));
    }
  }

  @Test
  void aNameOfTheGreatestLength() throws Exception {
    // The device and the exceptions draw the line at the same place.
    String longest = (network + "00000000000").substring(0, 15) + ":" + "p".repeat(31);
    NetmapPort.open(longest).close();
    PortOptions bad = PortOptions.raw().withTxSlots(15);
    assertError(BadOptionException.class, longest, () -> NetmapPort.open(longest, bad));
  }

  @Test
  void theTapOfAWholeSwitchCannotSend() {
    assertError(BadOptionException.class, () -> NetmapPort.open(network + ":*"));
  }

  @Test
  void aDeviceThatIsNone() throws Exception {
    List<String> setting = List.of("env", "NETMAP_DEVICE=fpga");
    try (ChildJvm child = ChildJvm.start(null, setting, OpenProgram.class, network + ":a")) {
      String said = child.readLine();
      assertTrue(said.startsWith("BadOptionException: NETMAP_DEVICE=fpga: "), said);
    }
  }

  @Test
  void aNicWithoutKernelSupport() {
    assertError(NoSuchPortException.class, "netmap:none", () -> NetmapPort.open("netmap:none"));
  }

  @Test
  void anExclusivePortAdmitsNobodyElse() throws Exception {
    try (NetmapPort port = NetmapPort.open(network + ":a/x")) {
      assertEquals(0, port.peers());
      assertError(PortBusyException.class, () -> NetmapPort.open(network + ":a"));
    }
  }

  @Test
  void anOpenPortIsNotGivenExclusively() throws Exception {
    PortOptions exclusive = PortOptions.raw().withExclusive(true);
    try (NetmapPort port = NetmapPort.open(network + ":a")) {
      assertError(PortBusyException.class, () -> NetmapPort.open(network + ":a/x"));
      assertError(PortBusyException.class, () -> NetmapPort.open(port.name(), exclusive));
    }
    NetmapPort.open(network + ":a", exclusive).close();
  }

  @Test
  void aFullSwitch() throws Exception {
    List<NetmapPort> ports = new ArrayList<>();
    try {
      while (ports.size() < OPENINGS) {
        ports.add(NetmapPort.open(network + ":a"));
      }
      assertError(SwitchFullException.class, () -> NetmapPort.open(network + ":a"));
    } finally {
      ports.forEach(NetmapPort::close);
    }
    NetmapPort.open(network + ":a").close();
  }

  @Test
  void ringsLargerThanAnArea() {
    PortOptions large = PortOptions.raw().withRxSlots(65536).withBufferSize(16384);
    assertError(RingTooLargeException.class, () -> NetmapPort.open(network + ":a", large));
  }

  @Test
  void aProgramThatIsNoFilter() throws Exception {
    BpfProgram endless = BpfProgram.of(BpfProgram.instruction(0x05, 0, 0, -1));
    try (NetmapPort port = NetmapPort.open(network + ":a", PortOptions.capture())) {
      assertError(BadFilterException.class, () -> port.setFilter(endless));
      assertEquals(0, port.peers(), "the port still works");
    }
  }

  private void assertError(Class<? extends NetmapException> type, Attempt attempt) {
    assertError(type, network, attempt);
  }

  private static void assertError(
      Class<? extends NetmapException> type, String name, Attempt attempt) {
    NetmapException e = assertThrows(type, attempt::run);
    assertTrue(e.getMessage().contains(name), e.getMessage());
    assertEquals(1, e.getMessage().lines().count(), e.getMessage());
    assertTrue(e.getMessage().contains(";"), () -> "no remedy: " + e.getMessage());
  }

  /** Something that is tried, and leaves nothing to close. */
  private interface Attempt {
    void run() throws NetmapException;
  }
}
