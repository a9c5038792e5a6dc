package org.pcapnetmap.cli.bridge;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.pcapnetmap.cli.send.FrameTemplate;
import org.pcapnetmap.pcap.LiveHandle;
import org.pcapnetmap.pcap.PcapHandle;

/** One direction of a bridge between two switches, frame by frame. */
@Timeout(60)
class LaneTest {
  private final String left = "vale" + ProcessHandle.current().pid() + "l";
  private final String right = "vale" + ProcessHandle.current().pid() + "r";
  private final List<Integer> lengths = new ArrayList<>();
  private LiveHandle sender;
  private LiveHandle from;
  private LiveHandle to;
  private LiveHandle receiver;

  @BeforeEach
  void open() throws Exception {
    sender = PcapHandle.live(left + ":sender").open();
    from = PcapHandle.live(left + ":bridge").raw().open();
    to = PcapHandle.live(right + ":bridge").slotSize(1024).raw().open();
    receiver = PcapHandle.live(right + ":receiver").open();
  }

  @AfterEach
  void close() throws Exception {
    for (LiveHandle handle : List.of(receiver, to, from, sender)) {
      handle.close();
    }
  }

  private void send(int... sizes) throws Exception {
    for (int size : sizes) {
      ByteBuffer frame = FrameTemplate.broadcast(0x0200_0000_0001L, size);
      sender.inject(frame, 0, size);
    }
  }

  private static Thread start(Lane lane) {
    Thread thread = new Thread(lane);
    thread.start();
    return thread;
  }

  @Test
  void framesOfAnySizeAreForwardedWhole() throws Exception {
    Lane lane = new Lane(from, to, () -> {});
    Thread thread = start(lane);
    int[] sizes = {60, 1024, 1025, 1500, 9000, 61};
    send(sizes);
    receiver.loop(
        sizes.length,
        (buffer, offset, length, wireLength, timeNanos, direction) -> lengths.add(length));
    lane.stop();
    thread.join();
    assertEquals(List.of(60, 1024, 1025, 1500, 9000, 61), lengths);
    assertEquals(sizes.length, lane.frames());
    assertEquals(60 + 1024 + 1025 + 1500 + 9000 + 61, lane.bytes());
    assertEquals(0, lane.dropped());
    assertNull(lane.failure());
  }

  @Test
  void whatCameBeforeTheEndIsForwarded() throws Exception {
    Lane lane = new Lane(from, to, () -> {});
    for (int i = 0; i < 500; i++) {
      send(60);
    }
    lane.stop();
    lane.run();
    assertEquals(500, lane.frames());
    assertEquals(0, lane.unread());
  }

  @Test
  void everyFrameIsForwardedOrCountedAsDropped() throws Exception {
    Lane lane = new Lane(from, to, () -> {});
    Thread thread = start(lane);
    ByteBuffer frame = FrameTemplate.broadcast(0x0200_0000_0001L, 60);
    for (int batch = 0; batch < 2000; batch++) {
      for (int i = 0; i < 100; i++) {
        sender.sendQueue().offer(frame, 0, 60);
      }
      sender.sendQueue().flush();
    }
    lane.stop();
    thread.join();
    assertEquals(200_000, lane.frames() + lane.dropped());
    assertEquals(lane.frames(), receiver.statistics().received());
    assertTrue(lane.frames() > 0);
  }

  @Test
  void aFrameLongerThanTheOtherPortTakesIsDropped() throws Exception {
    try (LiveHandle narrow = PcapHandle.live(right + ":narrow").slotSize(64).raw().open()) {
      Lane lane = new Lane(from, narrow, () -> {});
      send(60, 5000, 61);
      lane.stop();
      lane.run();
      assertEquals(2, lane.frames());
      assertEquals(1, lane.dropped());
    }
  }
}
