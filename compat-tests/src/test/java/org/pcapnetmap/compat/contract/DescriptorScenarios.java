package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.jna.Memory;
import com.sun.jna.NativeLong;
import com.sun.jna.Pointer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The selectable descriptor: readable when a blocking read would return. */
interface DescriptorScenarios extends CScenarios {
  int PATIENCE_MILLIS = 60_000;
  int POLLIN = 1;

  private CHandle blocking() throws IOException {
    return (CHandle) open(Options.BLOCKING);
  }

  private int readable(CHandle handle, int millis) {
    int descriptor = library().pcap_get_selectable_fd(handle.pointer());
    try (Memory pollfd = new Memory(8)) {
      pollfd.setInt(0, descriptor);
      pollfd.setInt(4, POLLIN);
      return library().poll(pollfd, new NativeLong(1), millis);
    }
  }

  @Test
  default void descriptorIsOneAndNeedsNoTimeout() throws IOException {
    Pointer p = opened();
    assertTrue(library().pcap_fileno(p) > 2);
    assertEquals(library().pcap_fileno(p), library().pcap_get_selectable_fd(p));
    assertNull(library().pcap_get_required_select_timeout(p));
  }

  @Test
  default void descriptorIsReadableWhilePacketsAreUnread() throws IOException {
    CHandle handle = blocking();
    assertEquals(0, readable(handle, 0));
    feed(1, 2, 3);
    for (int i = 1; i <= 3; i++) {
      assertEquals(1, readable(handle, PATIENCE_MILLIS));
      assertEquals(i, handle.next().number());
    }
    assertEquals(0, readable(handle, 0));
  }

  /** Programs select, then read blocking: a false answer hangs them. */
  @Test
  default void descriptorIsNotReadableForRejectedPackets() throws IOException {
    CHandle handle = blocking();
    handle.setFilter("ether[14] > 3");
    feed(1, 2, 3);
    assertEquals(0, readable(handle, 100));
    feed(4);
    assertEquals(1, readable(handle, PATIENCE_MILLIS));
    assertEquals(4, handle.next().number());
    assertEquals(0, readable(handle, 0));
  }

  /** Who selects and then reads finds nothing on stock; ours are not woken. */
  @Test
  default void descriptorAndPacketsThatTheDirectionHides() throws IOException {
    CHandle handle = blocking();
    Handle beside = open(Options.NONBLOCKING);
    handle.setDirection(Handle.Direction.IN);
    beside.inject(TestFrames.numbered(1));
    if (differs(Difference.COUNTS_WHAT_IS_SEEN)) {
      assertEquals(0, readable(handle, 100));
    } else {
      assertEquals(1, readable(handle, PATIENCE_MILLIS));
      assertEquals(0, handle.dispatch(-1, packet -> {}));
    }
    feed(2);
    assertEquals(1, readable(handle, PATIENCE_MILLIS));
    assertEquals(2, handle.next().number());
    assertEquals(0, readable(handle, 0));
  }

  @Test
  default void batchedDescriptorWaitsForTheTimeout() throws IOException {
    CHandle handle = (CHandle) open(Options.BLOCKING.batched(BatchScenarios.LONG_MILLIS));
    feed(1);
    if (differs(Difference.NO_BATCHING)) {
      assertEquals(1, readable(handle, PATIENCE_MILLIS));
      assertEquals(1, handle.next().number());
    }
    assertEquals(0, readable(handle, 100));
  }

  /** One wait and one blocking read for each, as dumpcap does it. */
  @Test
  default void batchedDescriptorIsReadableAfterTheTimeout() throws IOException {
    CHandle handle = (CHandle) open(Options.BLOCKING.batched(BatchScenarios.SHORT_MILLIS));
    feed(1, 2, 3);
    for (int i = 1; i <= 3; i++) {
      assertEquals(1, readable(handle, PATIENCE_MILLIS));
      List<Packet> packets = new ArrayList<>();
      assertEquals(1, handle.dispatch(1, packets::add));
      assertEquals(i, packets.get(0).number());
    }
    assertEquals(0, readable(handle, 0));
  }

  @Test
  default void descriptorIsNotReadableForWhatTheHandleSent() throws IOException {
    CHandle handle = blocking();
    handle.inject(TestFrames.numbered(1));
    assertEquals(0, readable(handle, 100));
  }
}
