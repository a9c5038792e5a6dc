package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import com.sun.jna.Memory;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.PointerByReference;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** What a handle answers before it is activated, and to options afterwards. */
interface StateScenarios extends CScenarios {
  /** struct pcap_pkthdr. */
  int HEADER_SIZE = 24;

  LibPcap.Handler IGNORE = (user, header, bytes) -> {};

  @Test
  default void readsBeforeActivateAreRefused() throws IOException {
    Pointer p = created();
    PointerByReference any = new PointerByReference();
    assertNotActivated(p, library().pcap_dispatch(p, 1, IGNORE, null));
    assertNotActivated(p, library().pcap_loop(p, 1, IGNORE, null));
    assertNotActivated(p, library().pcap_next_ex(p, any, any));
    try (Memory header = new Memory(HEADER_SIZE)) {
      assertNull(library().pcap_next(p, header));
    }
  }

  @Test
  default void callsBeforeActivateAreRefused() throws IOException {
    Pointer p = created();
    byte[] errbuf = new byte[LibPcap.ERRBUF_SIZE];
    assertNotActivated(p, library().pcap_stats(p, new int[3]));
    assertNotActivated(p, library().pcap_inject(p, new byte[60], 60));
    assertNotActivated(p, library().pcap_setdirection(p, 1));
    assertNotActivated(p, library().pcap_getnonblock(p, errbuf));
    try (Memory program = new Memory(CHandle.PROGRAM_SIZE)) {
      assertNotActivated(p, library().pcap_setfilter(p, program));
      assertError(
          p,
          PcapFailure.ERROR,
          "not-yet-activated pcap_t passed to pcap_compile",
          library().pcap_compile(p, program, "udp", 1, -1));
    }
  }

  /** pcap_sendpacket sees only whether pcap_inject's result is -1. */
  @Test
  default void sendpacketBeforeActivateSaysNothing() throws IOException {
    assertEquals(0, library().pcap_sendpacket(created(), new byte[60], 60));
  }

  @Test
  default void nothingIsKnownBeforeActivate() throws IOException {
    Pointer p = created();
    assertEquals(NOT_ACTIVATED, library().pcap_datalink(p));
    assertEquals(NOT_ACTIVATED, library().pcap_datalink_ext(p));
    assertEquals(NOT_ACTIVATED, library().pcap_list_datalinks(p, new PointerByReference()));
    assertEquals(NOT_ACTIVATED, library().pcap_snapshot(p));
    assertEquals(NOT_ACTIVATED, library().pcap_is_swapped(p));
    assertEquals(NOT_ACTIVATED, library().pcap_major_version(p));
    assertEquals(NOT_ACTIVATED, library().pcap_minor_version(p));
    assertEquals(NOT_ACTIVATED, library().pcap_bufsize(p));
    assertEquals(-1, library().pcap_fileno(p));
    assertEquals(-1, library().pcap_get_selectable_fd(p));
    assertNull(library().pcap_get_required_select_timeout(p));
    assertNull(library().pcap_file(p));
  }

  @Test
  default void dumpBeforeActivateIsRefused() throws IOException {
    Pointer p = created();
    assertNull(library().pcap_dump_open(p, "/dev/null"));
    assertEquals(
        "/dev/null: not-yet-activated pcap_t passed to pcap_dump_open", library().pcap_geterr(p));
  }

  /** Stock begins a savefile of no link type. */
  @Test
  default void appendBeforeActivateIsNoUse() throws IOException {
    Pointer p = created();
    Pointer dumper = library().pcap_dump_open_append(p, "/dev/null");
    if (differs(Difference.APPEND_NEEDS_ACTIVATE)) {
      assertNull(dumper);
      assertEquals(
          "/dev/null: not-yet-activated pcap_t passed to pcap_dump_open_append",
          library().pcap_geterr(p));
    } else {
      library().pcap_dump_close(dumper);
    }
  }

  /** Only the link type 0, which a handle begins with, is not refused. */
  @Test
  default void datalinkBeforeActivateIsNone() throws IOException {
    Pointer p = created();
    assertError(p, NOT_ACTIVATED, "", library().pcap_datalink(p));
    assertEquals(0, library().pcap_set_datalink(p, 0));
    assertNoDatalink(p, "EN10MB", DatalinkScenarios.EN10MB);
    assertNoDatalink(p, "DLT -1", -1);
    assertEquals(0, activate(p));
    assertEquals(DatalinkScenarios.EN10MB, library().pcap_datalink(p));
  }

  private void assertNoDatalink(Pointer p, String name, int linktype) {
    String text = name + " is not one of the DLTs supported by this device";
    assertError(p, PcapFailure.ERROR, text, library().pcap_set_datalink(p, linktype));
  }

  @Test
  default void nonBlockingBeforeActivateIsRemembered() throws IOException {
    Pointer p = created();
    byte[] errbuf = new byte[LibPcap.ERRBUF_SIZE];
    assertEquals(0, library().pcap_setnonblock(p, 1, errbuf));
    assertEquals(0, activate(p));
    assertEquals(1, library().pcap_getnonblock(p, errbuf));
    assertEquals(0, library().pcap_dispatch(p, -1, IGNORE, null));
  }

  @Test
  default void breakLoopBeforeActivateIsHarmless() throws IOException {
    Pointer p = created();
    library().pcap_breakloop(p);
    assertEquals(0, activate(p));
  }

  @Test
  default void optionsAreTakenUntilActivate() throws IOException {
    Pointer p = created();
    assertEquals(0, library().pcap_set_snaplen(p, 100));
    assertEquals(0, library().pcap_set_promisc(p, 1));
    assertEquals(0, library().pcap_set_timeout(p, 10));
    assertEquals(0, library().pcap_set_immediate_mode(p, 1));
    assertEquals(0, library().pcap_set_buffer_size(p, 1 << 20));
    assertEquals(0, library().pcap_set_rfmon(p, 0));
    assertEquals(0, library().pcap_set_protocol_linux(p, 0));
    assertEquals(0, library().pcap_set_tstamp_precision(p, 1));
    assertEquals(0, library().pcap_set_tstamp_type(p, 0));
    assertEquals(1, library().pcap_get_tstamp_precision(p));
    assertEquals(0, activate(p));
    assertEquals(1, library().pcap_get_tstamp_precision(p));
    assertEquals(100, library().pcap_snapshot(p));
  }

  @Test
  default void optionsAreRefusedAfterwards() throws IOException {
    Pointer p = opened();
    assertActivated(p, library().pcap_set_snaplen(p, 100));
    assertActivated(p, library().pcap_set_promisc(p, 1));
    assertActivated(p, library().pcap_set_timeout(p, 10));
    assertActivated(p, library().pcap_set_immediate_mode(p, 1));
    assertActivated(p, library().pcap_set_buffer_size(p, 1));
    assertActivated(p, library().pcap_set_rfmon(p, 0));
    assertActivated(p, library().pcap_set_protocol_linux(p, 0));
    assertActivated(p, library().pcap_set_tstamp_precision(p, 7));
    assertActivated(p, library().pcap_set_tstamp_type(p, 7));
    assertActivated(p, activate(p));
    assertEquals(0, library().pcap_can_set_rfmon(p));
  }

  @Test
  default void unknownTimeStampsAreRefused() throws IOException {
    Pointer p = created();
    assertEquals(TSTAMP_PRECISION_NOTSUP, library().pcap_set_tstamp_precision(p, 7));
    assertEquals(TSTAMP_TYPE_NOTSUP, library().pcap_set_tstamp_type(p, 3));
    assertEquals(0, library().pcap_get_tstamp_precision(p));
  }

  /** It is no wireless interface. */
  @Test
  default void monitorModeIsRefused() throws IOException {
    Pointer p = created();
    assertEquals(0, network().inside(() -> library().pcap_can_set_rfmon(p)));
    assertEquals(0, library().pcap_set_rfmon(p, 1));
    assertEquals(RFMON_NOTSUP, activate(p));
  }
}
