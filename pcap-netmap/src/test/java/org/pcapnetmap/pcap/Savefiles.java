package org.pcapnetmap.pcap;

import java.io.ByteArrayInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.util.ArrayList;
import java.util.List;
import org.pcapnetmap.netmap.Direction;

/** Savefiles for tests: made byte by byte, and read into lists. */
final class Savefiles {
  /** One packet, copied out of a reader. */
  record Packet(
      long timeNanos, int wireLength, Direction direction, int linktype, List<Byte> data) {}

  private Savefiles() {}

  static ByteBuffer bytes(ByteOrder order) {
    return ByteBuffer.allocate(4096).order(order);
  }

  static ByteBuffer pcapHeader(ByteOrder order, int magic, int snaplen) {
    return bytes(order)
        .putInt(magic)
        .putShort((short) 2)
        .putShort((short) 4)
        .putLong(0)
        .putInt(snaplen)
        .putInt(Datalink.EN10MB);
  }

  static ByteBuffer record(ByteBuffer file, int seconds, int fraction, int wire, byte... data) {
    return file.putInt(seconds).putInt(fraction).putInt(data.length).putInt(wire).put(data);
  }

  /** A block around a body whose length is a multiple of four. */
  static ByteBuffer block(ByteBuffer file, int type, ByteBuffer body) {
    int length = body.position() + 12;
    return file.putInt(type).putInt(length).put(body.flip()).putInt(length);
  }

  static ByteBuffer sectionHeader(ByteBuffer file) {
    ByteBuffer body = bytes(file.order()).putInt(0x1a2b3c4d).putShort((short) 1);
    return block(file, 0x0a0d0d0a, body.putShort((short) 0).putLong(-1));
  }

  static ByteBuffer interfaceDescription(
      ByteBuffer file, int linktype, int snaplen, byte... option) {
    ByteBuffer body = bytes(file.order()).putShort((short) linktype).putShort((short) 0);
    return block(file, 1, body.putInt(snaplen).put(option));
  }

  static SavefileReader open(ByteBuffer file) throws SavefileException {
    byte[] content = new byte[file.position()];
    file.flip().get(content);
    return SavefileReader.open("t", Channels.newChannel(new ByteArrayInputStream(content)));
  }

  static List<Packet> readAll(SavefileReader reader) throws SavefileException {
    List<Packet> packets = new ArrayList<>();
    PcapPacket packet = new PcapPacket();
    while (reader.next(packet)) {
      packets.add(copy(packet));
    }
    return packets;
  }

  private static Packet copy(PcapPacket packet) {
    List<Byte> data = new ArrayList<>();
    for (int i = 0; i < packet.capturedLength(); i++) {
      data.add(packet.buffer().get(packet.offset() + i));
    }
    return new Packet(
        packet.timeNanos(), packet.wireLength(), packet.direction(), packet.linktype(), data);
  }
}
