package org.pcapnetmap.compat.contract;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** What the scenarios of every group work with. */
interface Scenarios {
  /** Ends a run of frames; passes the filters that are used with it. */
  int LAST = 255;

  long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
  long LOOK_AGAIN_NANOS = 200_000;

  Network network();

  /** Opens a handle, which is closed after the scenario. */
  Handle open(Options options) throws IOException;

  /** Whether the implementation is different on purpose. */
  boolean differs(Difference difference);

  /** Lets frames with these numbers arrive. */
  default void feed(int... numbers) throws IOException {
    network().send(IntStream.of(numbers).mapToObj(TestFrames::numbered).toList());
  }

  /** Reads a nonblocking handle until so many packets have come. */
  default List<Packet> read(Handle handle, int count) throws IOException {
    List<Packet> packets = new ArrayList<>();
    await(
        () -> {
          handle.dispatch(count - packets.size(), packets::add);
          return packets.size() >= count;
        });
    return packets;
  }

  /** Reads a nonblocking handle until the frame {@link #LAST} has come, which is left out. */
  default List<Packet> readToLast(Handle handle) throws IOException {
    List<Packet> packets = new ArrayList<>();
    await(
        () -> {
          handle.dispatch(-1, packets::add);
          return !packets.isEmpty() && packets.get(packets.size() - 1).number() == LAST;
        });
    packets.remove(packets.size() - 1);
    return packets;
  }

  /** The next frame that comes out of the interface. */
  default byte[] receive() throws IOException {
    byte[][] frame = new byte[1][];
    await(() -> (frame[0] = network().receive()) != null);
    return frame[0];
  }

  static List<Integer> numbers(List<Packet> packets) {
    return packets.stream().map(Packet::number).toList();
  }

  /** Something that is waited for. */
  @FunctionalInterface
  interface Condition {
    boolean holds() throws IOException;
  }

  static void await(Condition condition) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (!condition.holds()) {
      assertTrue(System.nanoTime() < deadline, "does not come about");
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }
}
