package org.pcapnetmap.pcap;

import java.util.List;
import org.pcapnetmap.netmap.Direction;

/** The three kinds of packet blocks of pcapng. */
final class PcapngPackets {
  private PcapngPackets() {}

  static boolean isPacket(int type) {
    return type == PcapngFormat.ENHANCED_PACKET
        || type == PcapngFormat.SIMPLE_PACKET
        || type == PcapngFormat.OBSOLETE_PACKET;
  }

  /** Fills in the packet from the packet block that comes next in the input. */
  static void describe(
      SavefileInput input, int length, List<PcapngInterface> interfaces, PcapPacket packet)
      throws SavefileException {
    if (input.intAt(PcapngFormat.BLOCK_TYPE) == PcapngFormat.SIMPLE_PACKET) {
      describeSimple(input, length, interfaceOf(input, interfaces, 0), packet);
    } else {
      describeEnhanced(input, length, interfaces, packet);
    }
  }

  private static void describeEnhanced(
      SavefileInput input, int length, List<PcapngInterface> interfaces, PcapPacket packet)
      throws SavefileException {
    checkLength(input, length, PcapngFormat.PACKET_DATA);
    PcapngInterface source = interfaceOf(input, interfaces, interfaceIndex(input));
    int captured = input.intAt(PcapngFormat.PACKET_CAPTURED_LENGTH);
    place(input, length, PcapngFormat.PACKET_DATA, captured, packet);
    packet.wireLength = Math.max(captured, input.intAt(PcapngFormat.PACKET_WIRE_LENGTH));
    long high = input.unsignedIntAt(PcapngFormat.PACKET_TIME_HIGH);
    long low = input.unsignedIntAt(PcapngFormat.PACKET_TIME_LOW);
    packet.timeNanos = source.nanos(high << Integer.SIZE | low);
    packet.linktype = source.linktype();
    packet.direction =
        PcapngOptions.direction(
            input,
            PcapngFormat.PACKET_DATA + PcapngFormat.padded(captured),
            length - PcapngFormat.BLOCK_TRAILER);
  }

  private static int interfaceIndex(SavefileInput input) {
    return input.intAt(PcapngFormat.BLOCK_TYPE) == PcapngFormat.OBSOLETE_PACKET
        ? input.unsignedShortAt(PcapngFormat.PACKET_INTERFACE)
        : input.intAt(PcapngFormat.PACKET_INTERFACE);
  }

  /** A simple packet has no captured length: it is cut at the interface's snap length. */
  private static void describeSimple(
      SavefileInput input, int length, PcapngInterface source, PcapPacket packet)
      throws SavefileException {
    checkLength(input, length, PcapngFormat.SIMPLE_DATA);
    int wire = input.intAt(PcapngFormat.SIMPLE_WIRE_LENGTH);
    int captured = source.snaplen() == 0 ? wire : Math.min(wire, source.snaplen());
    place(input, length, PcapngFormat.SIMPLE_DATA, captured, packet);
    packet.wireLength = wire;
    packet.timeNanos = 0;
    packet.linktype = source.linktype();
    packet.direction = Direction.INOUT;
  }

  private static void checkLength(SavefileInput input, int length, int data)
      throws SavefileException {
    if (length < data + PcapngFormat.BLOCK_TRAILER) {
      throw input.fault("a packet block of " + length + " bytes is too short; the file is damaged");
    }
  }

  private static PcapngInterface interfaceOf(
      SavefileInput input, List<PcapngInterface> interfaces, int index) throws SavefileException {
    if (index < 0 || index >= interfaces.size()) {
      throw input.fault(
          "a packet names interface "
              + Integer.toUnsignedString(index)
              + " where "
              + interfaces.size()
              + " are described; the file is damaged");
    }
    return interfaces.get(index);
  }

  private static void place(
      SavefileInput input, int length, int data, int captured, PcapPacket packet)
      throws SavefileException {
    int room = length - data - PcapngFormat.BLOCK_TRAILER;
    if (captured < 0 || captured > room || captured > SavefileReader.MAX_SNAPLEN) {
      throw input.fault(
          "a packet claims "
              + Integer.toUnsignedString(captured)
              + " bytes in a block that holds "
              + room
              + "; the file is damaged");
    }
    packet.buffer = input.window();
    packet.offset = input.position() + data;
    packet.capturedLength = captured;
  }
}
