package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.sun.jna.Pointer;
import java.io.IOException;

/** What the scenarios of libraries with libpcap's C functions work with besides. */
interface CScenarios extends Scenarios {
  int NOT_ACTIVATED = -3;
  int ACTIVATED = -4;
  int NO_SUCH_DEVICE = -5;
  int RFMON_NOTSUP = -6;
  int TSTAMP_PRECISION_NOTSUP = -12;
  int TSTAMP_TYPE_NOTSUP = 3;

  LibPcap library();

  /** A handle on a device before it is activated; closed after the scenario. */
  Pointer created(String device) throws IOException;

  default Pointer created() throws IOException {
    return created(network().device());
  }

  default int activate(Pointer handle) throws IOException {
    return network().inside(() -> library().pcap_activate(handle));
  }

  /** An activated handle that does not block. */
  default Pointer opened() throws IOException {
    return ((CHandle) open(Options.NONBLOCKING)).pointer();
  }

  /** What pcap_geterr says after a call that failed. */
  default void assertError(Pointer handle, int status, String text, int result) {
    assertEquals(status, result);
    assertEquals(text, library().pcap_geterr(handle));
  }

  default void assertNotActivated(Pointer handle, int result) {
    assertError(handle, NOT_ACTIVATED, "This handle hasn't been activated yet", result);
  }

  /** Both blanks are libpcap's. */
  default void assertActivated(Pointer handle, int result) {
    assertError(handle, ACTIVATED, "can't perform  operation on activated capture", result);
  }
}
