package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What an activated handle tells of itself. */
interface InfoScenarios extends CScenarios {
  @Test
  default void liveHandleIsNoFile() throws IOException {
    Pointer p = opened();
    assertNull(library().pcap_file(p));
    assertEquals(0, library().pcap_is_swapped(p));
    assertEquals(0, library().pcap_major_version(p));
    assertEquals(0, library().pcap_minor_version(p));
  }

  @Test
  default void datalinkHasNoExtension() throws IOException {
    assertEquals(0, library().pcap_datalink_ext(opened()));
  }

  @Test
  default void bufsizeHoldsAPacket() throws IOException {
    CHandle handle = (CHandle) open(Options.NONBLOCKING.withSnaplen(100));
    assertTrue(library().pcap_bufsize(handle.pointer()) >= 100);
  }

  @Test
  default void timesAreTheHosts() throws IOException {
    PointerByReference list = new PointerByReference();
    for (Pointer p : new Pointer[] {created(), opened()}) {
      assertEquals(1, library().pcap_list_tstamp_types(p, list));
      assertArrayEquals(new int[] {0}, list.getValue().getIntArray(0, 1));
      library().pcap_free_tstamp_types(list.getValue());
    }
  }

  @Test
  default void errorIsEmptyAfterActivate() throws IOException {
    assertEquals("", library().pcap_geterr(opened()));
  }

  @Test
  default void unknownDatalinkIsNamed() throws IOException {
    Pointer p = opened();
    assertError(
        p,
        PcapFailure.ERROR,
        "RAW is not one of the DLTs supported by this device",
        library().pcap_set_datalink(p, DatalinkScenarios.RAW));
    assertError(
        p,
        PcapFailure.ERROR,
        "DLT 9999 is not one of the DLTs supported by this device",
        library().pcap_set_datalink(p, 9999));
  }

  @Test
  default void unknownDirectionIsRefused() throws IOException {
    Pointer p = opened();
    assertError(p, PcapFailure.ERROR, "Invalid direction", library().pcap_setdirection(p, 7));
  }
}
