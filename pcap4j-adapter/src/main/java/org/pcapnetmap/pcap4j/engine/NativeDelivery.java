package org.pcapnetmap.pcap4j.engine;

import com.sun.jna.Function;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.pcap4j.core.NetmapHandle;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.pcap.PacketHandler;

/**
 * Hands packets to a native function, as dumping does: the bytes stay in the ring, the header is a
 * {@code struct pcap_pkthdr} in memory.
 */
final class NativeDelivery implements PacketHandler {
  private static final long NANOS_PER_SECOND = 1_000_000_000;
  private static final int SECONDS_OFFSET = 0;
  private static final int FRACTION_OFFSET = 8;
  private static final int CAPTURED_OFFSET = 16;
  private static final int WIRE_OFFSET = 20;
  private static final int SIZE = 24;

  private final Function function;
  private final Pointer user;
  private final int nanosPerUnit;
  private final boolean dumps;
  private final Memory header = new Memory(SIZE);
  private final ByteBuffer fields = header.getByteBuffer(0, SIZE).order(ByteOrder.nativeOrder());
  private final Place place = new Place();

  NativeDelivery(Function function, Pointer user, int nanosPerUnit, boolean dumps) {
    this.function = function;
    this.user = user;
    this.nanosPerUnit = nanosPerUnit;
    this.dumps = dumps;
  }

  @Override
  public void onPacket(
      ByteBuffer buffer, int offset, int length, int wire, long time, Direction direction) {
    long seconds = Math.floorDiv(time, NANOS_PER_SECOND);
    fields.putLong(SECONDS_OFFSET, seconds);
    fields.putLong(FRACTION_OFFSET, (time - seconds * NANOS_PER_SECOND) / nanosPerUnit);
    fields.putInt(CAPTURED_OFFSET, length);
    fields.putInt(WIRE_OFFSET, wire);
    place.set(buffer, offset);
    if (dumps) {
      NetmapHandle.dump(user, header, place);
    } else {
      function.invokeVoid(new Object[] {user, header, place});
    }
  }

  /** A pointer into a direct buffer that can be moved. */
  private static final class Place extends Pointer {
    private ByteBuffer known;
    private long start;

    Place() {
      super(0);
    }

    @SuppressWarnings("ReferenceEquality") // Which buffer it is counts, not what is in it.
    void set(ByteBuffer buffer, int offset) {
      if (buffer != known) {
        known = buffer;
        start = Pointer.nativeValue(Native.getDirectBufferPointer(buffer));
      }
      peer = start + offset;
    }
  }
}
