package org.pcapnetmap.pcap;

import java.nio.ByteOrder;
import org.pcapnetmap.netmap.Direction;

/** The options at the end of a pcapng block, as far as they bear on packets. */
final class PcapngOptions {
  private final SavefileInput input;
  private final int end;
  private int at;

  /** Options from {@code start} to {@code end}, counted from the start of the input's block. */
  private PcapngOptions(SavefileInput input, int start, int end) {
    this.input = input;
    this.at = start;
    this.end = end;
  }

  /** Reads the interface description block that comes next in the input. */
  static PcapngInterface describeInterface(SavefileInput input, int blockLength)
      throws SavefileException {
    if (blockLength < PcapngFormat.INTERFACE_OPTIONS + PcapngFormat.BLOCK_TRAILER) {
      throw input.fault("an interface description of " + blockLength + " bytes is too short");
    }
    int end = blockLength - PcapngFormat.BLOCK_TRAILER;
    return new PcapngInterface(
        input.unsignedShortAt(PcapngFormat.INTERFACE_LINKTYPE),
        Math.max(0, input.intAt(PcapngFormat.INTERFACE_SNAPLEN)),
        resolution(new PcapngOptions(input, PcapngFormat.INTERFACE_OPTIONS, end)),
        timeOffset(new PcapngOptions(input, PcapngFormat.INTERFACE_OPTIONS, end)));
  }

  private static long resolution(PcapngOptions options) throws SavefileException {
    if (!options.find(PcapngFormat.OPTION_IF_TSRESOL, 1)) {
      return PcapngInterface.MICROSECONDS;
    }
    int value = options.input.unsignedShortAt(options.at);
    int code = options.input.order() == ByteOrder.LITTLE_ENDIAN ? value & 0xff : value >> 8;
    long units = PcapngInterface.unitsPerSecond(code);
    if (units == 0) {
      throw options.input.fault(
          "a time resolution of code " + code + " is finer than 64 bits hold");
    }
    return units;
  }

  private static long timeOffset(PcapngOptions options) {
    if (!options.find(PcapngFormat.OPTION_IF_TSOFFSET, Long.BYTES)) {
      return 0;
    }
    return options.input.window().getLong(options.input.position() + options.at);
  }

  /** Returns the direction bits of a packet block whose options lie between the two offsets. */
  static Direction direction(SavefileInput input, int start, int end) {
    PcapngOptions options = new PcapngOptions(input, start, end);
    if (!options.find(PcapngFormat.OPTION_EPB_FLAGS, Integer.BYTES)) {
      return Direction.INOUT;
    }
    return switch (input.intAt(options.at) & PcapngFormat.EPB_DIRECTION_MASK) {
      case PcapngFormat.EPB_INBOUND -> Direction.IN;
      case PcapngFormat.EPB_OUTBOUND -> Direction.OUT;
      default -> Direction.INOUT;
    };
  }

  /** Goes to the value of an option that has the length; options that overrun the block end it. */
  private boolean find(int wanted, int wantedLength) {
    while (end - at >= PcapngFormat.OPTION_HEADER) {
      int code = input.unsignedShortAt(at);
      int length = input.unsignedShortAt(at + Short.BYTES);
      at += PcapngFormat.OPTION_HEADER;
      if (code == PcapngFormat.OPTION_END || PcapngFormat.padded(length) > end - at) {
        return false;
      }
      if (code == wanted && length == wantedLength) {
        return true;
      }
      at += PcapngFormat.padded(length);
    }
    return false;
  }
}
