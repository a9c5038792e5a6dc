package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** A device that does not exist, and open_live. */
interface OpenErrorScenarios extends CScenarios {
  @Test
  default void missingDeviceIsCreatedButNotActivated() throws IOException {
    Pointer p = created(network().missingDevice());
    assertEquals(NO_SUCH_DEVICE, activate(p));
    String text = library().pcap_geterr(p);
    if (differs(Difference.REASONS_IN_FULL)) {
      assertTrue(text.contains(network().missingDevice()), text);
    } else {
      assertEquals("No such device exists", text);
    }
  }

  @Test
  default void missingDeviceIsNamedByOpenLive() throws IOException {
    byte[] errbuf = new byte[LibPcap.ERRBUF_SIZE];
    String device = network().missingDevice();
    assertNull(network().inside(() -> library().pcap_open_live(device, 100, 0, 10, errbuf)));
    String text = Native.toString(errbuf);
    String stock = device + ": No such device exists (No such device exists)";
    if (differs(Difference.REASONS_IN_FULL)) {
      String reason = device + ": No such device exists (" + device + ": ";
      assertTrue(text.startsWith(reason) && text.endsWith(")"), text);
      assertNotEquals(stock, text);
    } else {
      assertEquals(stock, text);
    }
  }

  @Test
  default void openLiveSetsWhatItIsTold() throws IOException {
    byte[] errbuf = new byte[LibPcap.ERRBUF_SIZE];
    Pointer p =
        network().inside(() -> library().pcap_open_live(network().device(), 70, 1, 10, errbuf));
    assertNotNull(p, () -> Native.toString(errbuf));
    assertEquals(70, library().pcap_snapshot(p));
    assertEquals(0, library().pcap_getnonblock(p, errbuf));
    library().pcap_close(p);
  }

  @Test
  default void missingDeviceHasNoNetwork() throws IOException {
    byte[] errbuf = new byte[LibPcap.ERRBUF_SIZE];
    int[] net = new int[1];
    String device = network().missingDevice();
    assertEquals(
        PcapFailure.ERROR,
        network().inside(() -> library().pcap_lookupnet(device, net, net, errbuf)));
  }

  @Test
  default void deviceWithoutAddressHasNoNetwork() throws IOException {
    byte[] errbuf = new byte[LibPcap.ERRBUF_SIZE];
    int[] net = new int[1];
    String device = network().device();
    assertEquals(
        PcapFailure.ERROR,
        network().inside(() -> library().pcap_lookupnet(device, net, net, errbuf)));
    assertEquals(device + ": no IPv4 address assigned", Native.toString(errbuf));
  }
}
