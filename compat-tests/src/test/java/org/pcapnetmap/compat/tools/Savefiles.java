package org.pcapnetmap.compat.tools;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.PcapPacket;
import org.pcapnetmap.pcap.SavefileFormat;
import org.pcapnetmap.pcap.SavefileReader;
import org.pcapnetmap.pcap.SavefileWriter;

/** Writing what was sent, reading what was captured. */
final class Savefiles {
  private static final int SNAPLEN = 262144;

  private Savefiles() {}

  /** A record of a savefile. */
  record Packet(int wireLength, ByteBuffer bytes) {}

  /** Writes frames, one a millisecond. */
  static Path write(Path file, List<byte[]> frames) throws IOException {
    try (SavefileWriter writer =
        SavefileWriter.create(file.toString(), SavefileFormat.PCAP, Datalink.EN10MB, SNAPLEN)) {
      long time = 1_700_000_000_000_000_000L;
      for (byte[] frame : frames) {
        ByteBuffer bytes = ByteBuffer.wrap(frame);
        time += 1_000_000;
        writer.onPacket(bytes, 0, frame.length, frame.length, time, Direction.INOUT);
      }
    }
    return file;
  }

  static List<Packet> read(Path file) throws IOException {
    List<Packet> packets = new ArrayList<>();
    PcapPacket packet = new PcapPacket();
    try (SavefileReader reader = SavefileReader.open(file.toString())) {
      while (reader.next(packet)) {
        byte[] bytes = new byte[packet.capturedLength()];
        packet.buffer().get(packet.offset(), bytes);
        packets.add(new Packet(packet.wireLength(), ByteBuffer.wrap(bytes)));
      }
    }
    return packets;
  }

  /** What a capture of these frames holds when snaplen cuts them. */
  static List<Packet> expected(List<byte[]> frames, int snaplen) {
    return frames.stream()
        .map(f -> new Packet(f.length, ByteBuffer.wrap(f, 0, Math.min(snaplen, f.length)).slice()))
        .toList();
  }

  /** How stock tcpdump reads a savefile: every byte and length of every packet, without times. */
  static List<String> asTcpdumpReads(Path file) throws IOException, InterruptedException {
    return Tools.output("tcpdump", "-nn", "-t", "-e", "-xx", "-r", file.toString());
  }
}
