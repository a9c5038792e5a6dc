package org.pcapnetmap.pcap;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Reads the packets of a pcapng savefile, see {@link PcapngFormat}. */
final class PcapngReader extends SavefileReader {
  /** Blocks that are not packets may be long (secrets, name tables), but not longer than this. */
  private static final int LARGEST_BLOCK = 16 << 20;

  private final List<PcapngInterface> interfaces = new ArrayList<>();
  private final PcapngInterface first;

  /** Takes a file that {@link #recognizes} has seen, and reads on to its first interface. */
  PcapngReader(SavefileInput input) throws SavefileException {
    super(input);
    readSectionHeader();
    while (interfaces.isEmpty() && input.fill(1) > 0) {
      skipOrDescribe();
    }
    if (interfaces.isEmpty()) {
      throw input.fault("the file ends before any interface is described; it holds no packets");
    }
    first = interfaces.get(0);
  }

  static boolean recognizes(SavefileInput input) {
    return input.intAt(PcapngFormat.BLOCK_TYPE) == PcapngFormat.SECTION_HEADER;
  }

  private void skipOrDescribe() throws SavefileException {
    int length = requireBlock();
    int type = input.intAt(PcapngFormat.BLOCK_TYPE);
    if (PcapngPackets.isPacket(type)) {
      throw input.fault("a packet comes before any interface is described; the file is damaged");
    }
    passBlock(type, length);
  }

  @Override
  public boolean next(PcapPacket packet) throws SavefileException {
    while (input.fill(1) > 0) {
      int length = requireBlock();
      int type = input.intAt(PcapngFormat.BLOCK_TYPE);
      if (PcapngPackets.isPacket(type)) {
        PcapngPackets.describe(input, length, interfaces, packet);
        input.advance(length);
        return true;
      }
      passBlock(type, length);
    }
    return false;
  }

  /** Takes in what a block that is not a packet says, and goes on behind it. */
  private void passBlock(int type, int length) throws SavefileException {
    if (type == PcapngFormat.SECTION_HEADER) {
      readSectionHeader();
      return;
    }
    if (type == PcapngFormat.INTERFACE) {
      interfaces.add(PcapngOptions.describeInterface(input, length));
    }
    input.advance(length);
  }

  /** A new section has a byte order and interfaces of its own. */
  private void readSectionHeader() throws SavefileException {
    input.require(PcapngFormat.SECTION_OPTIONS, "a section header");
    input.order(ByteOrder.LITTLE_ENDIAN);
    int magic = input.intAt(PcapngFormat.SECTION_ORDER);
    if (magic == Integer.reverseBytes(PcapngFormat.BYTE_ORDER_MAGIC)) {
      input.order(ByteOrder.BIG_ENDIAN);
    } else if (magic != PcapngFormat.BYTE_ORDER_MAGIC) {
      throw input.fault("a section header without byte-order magic; the file is damaged");
    }
    int major = input.unsignedShortAt(PcapngFormat.SECTION_MAJOR);
    if (major != PcapngFormat.VERSION_MAJOR) {
      throw input.fault("pcapng version " + major + " is not known, only 1");
    }
    interfaces.clear();
    input.advance(requireBlock());
  }

  /** Brings the next block whole and returns its length. */
  private int requireBlock() throws SavefileException {
    input.require(PcapngFormat.SMALLEST_BLOCK, "a block header");
    if (recognizes(input)) {
      followByteOrder();
    }
    long length = input.unsignedIntAt(PcapngFormat.BLOCK_LENGTH);
    if (length < PcapngFormat.SMALLEST_BLOCK || length % 4 != 0 || length > LARGEST_BLOCK) {
      throw input.fault("a block claims " + length + " bytes; the file is damaged from here on");
    }
    input.require((int) length, "a block");
    if (input.intAt((int) length - PcapngFormat.BLOCK_TRAILER) != (int) length) {
      throw input.fault("a block's two lengths differ; the file is damaged from here on");
    }
    return (int) length;
  }

  /** The length of a section header is already in the new section's byte order. */
  private void followByteOrder() {
    if (input.intAt(PcapngFormat.SECTION_ORDER)
        == Integer.reverseBytes(PcapngFormat.BYTE_ORDER_MAGIC)) {
      boolean little = input.order() == ByteOrder.LITTLE_ENDIAN;
      input.order(little ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
    }
  }

  @Override
  public int linktype() {
    return first.linktype();
  }

  @Override
  public int snaplen() {
    return first.snaplen() == 0 ? MAX_SNAPLEN : Math.min(first.snaplen(), MAX_SNAPLEN);
  }

  @Override
  public boolean isNanosecond() {
    return first.isNanosecond();
  }
}
