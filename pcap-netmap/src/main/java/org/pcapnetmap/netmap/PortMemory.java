package org.pcapnetmap.netmap;

import com.sun.jna.Pointer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** The memory of an opening: finds the rings in it, as the interface and the device say. */
final class PortMemory {
  private final String name;
  private final ByteBuffer region;
  private final ByteBuffer memory;
  private final long interfaceOffset;
  private final long size;

  PortMemory(String name, ByteBuffer region) {
    this.name = name;
    this.region = region;
    this.interfaceOffset = region.getLong(RegionLayout.IF_OFFSET_OFFSET);
    this.size = region.getLong(RegionLayout.SIZE_OFFSET);
    this.memory =
        new Pointer(region.getLong(RegionLayout.BASE_OFFSET))
            .getByteBuffer(0, Math.min(size, Integer.MAX_VALUE))
            .order(ByteOrder.nativeOrder());
  }

  TxRing[] txRings() throws NetmapException {
    TxRing[] rings = new TxRing[region.getInt(RegionLayout.TX_RINGS_OFFSET)];
    int first = region.getInt(RegionLayout.FIRST_TX_RING_OFFSET);
    int numSlots = region.getInt(RegionLayout.TX_SLOTS_OFFSET);
    for (int i = 0; i < rings.length; i++) {
      rings[i] = new TxRing(memory, place(first + i, numSlots));
    }
    return rings;
  }

  RxRing[] rxRings() throws NetmapException {
    // The interface counts the port's transmit rings first, also those the opening has not.
    int first =
        region.getInt(RegionLayout.PORT_TX_RINGS_OFFSET)
            + region.getInt(RegionLayout.FIRST_RX_RING_OFFSET);
    RxRing[] rings = new RxRing[region.getInt(RegionLayout.RX_RINGS_OFFSET)];
    int numSlots = region.getInt(RegionLayout.RX_SLOTS_OFFSET);
    for (int i = 0; i < rings.length; i++) {
      rings[i] = new RxRing(memory, place(first + i, numSlots), arrivals(i, numSlots));
    }
    return rings;
  }

  // How many slots and how large comes from the device's private copy: a neighbour may have spoiled
  // what the ring says.
  private RingPlace place(int ring, int numSlots) throws NetmapException {
    long entry = interfaceOffset + InterfaceLayout.RING_OFS_OFFSET + (long) ring * Long.BYTES;
    long base = interfaceOffset + memory.getLong(check(entry, Long.BYTES));
    check(base, RingLayout.SLOT_OFFSET + (long) numSlots * SlotLayout.SIZE);
    int bufferSize = region.getInt(RegionLayout.BUF_SIZE_OFFSET);
    int buffers = region.getInt(RegionLayout.BUFFERS_OFFSET);
    long buffersBase = base + memory.getLong((int) base + RingLayout.BUF_OFS_OFFSET);
    check(buffersBase, (long) buffers * bufferSize);
    return new RingPlace((int) base, numSlots, bufferSize, (int) buffersBase, buffers);
  }

  private int arrivals(int rxRing, int numSlots) throws NetmapException {
    long first = region.getLong(RegionLayout.ARRIVALS_OFFSET_OFFSET);
    if (first == 0) {
      return RxRing.NO_ARRIVALS;
    }
    long stride = region.getLong(RegionLayout.ARRIVALS_STRIDE_OFFSET);
    return check(first + rxRing * stride, (long) numSlots * ArrivalLayout.SIZE);
  }

  /** The offset as an int, if so many bytes from it on lie within the buffer. */
  private int check(long offset, long length) throws NetmapException {
    // Differences, since the sum of a spoiled offset and a length may be too large for a long. What
    // is not aligned cannot be read in order with other processes.
    if (offset < 0 || offset > size || length > size - offset || offset % Long.BYTES != 0) {
      throw new IncompatibleSwitchException(
          DeviceError.EPROTO,
          name
              + ": the port's rings are damaged; end the programs on the switch and open it again");
    }
    if (offset + length > memory.capacity()) {
      throw new RingTooLargeException(
          DeviceError.E2BIG,
          name
              + ": the rings reach beyond the "
              + memory.capacity()
              + " bytes that Java can address; open the port with fewer or smaller slots");
    }
    return (int) offset;
  }
}
