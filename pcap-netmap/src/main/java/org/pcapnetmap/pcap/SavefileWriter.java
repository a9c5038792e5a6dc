package org.pcapnetmap.pcap;

import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import org.pcapnetmap.netmap.Direction;

/**
 * Writes packets to a savefile. Packets are gathered and written in large pieces; {@link #flush}
 * hands the rest to the system, after which the file is a complete savefile.
 *
 * <pre>{@code
 * try (SavefileWriter writer = SavefileWriter.create("trace.pcap", SavefileFormat.PCAP,
 *     Datalink.EN10MB, 262144)) {
 *   writer.onPacket(buffer, offset, length, length, timeNanos, Direction.IN);
 * }
 * }</pre>
 *
 * <p>Nothing is allocated per packet. Not for several threads at once.
 */
public abstract class SavefileWriter implements PacketSink {
  final SavefileOutput output;

  private long packets;

  SavefileWriter(SavefileOutput output) {
    this.output = output;
  }

  /**
   * Makes a savefile, or empties the one that is there, and writes its header.
   *
   * @param name a path, compressed by gzip if it ends in {@code .gz}; {@code -} for standard output
   * @param format in which to write
   * @param linktype how packets begin, see {@link Datalink}
   * @param snaplen the most bytes that a packet will have
   * @throws SavefileException when it cannot be written there
   */
  public static SavefileWriter create(String name, SavefileFormat format, int linktype, int snaplen)
      throws SavefileException {
    return create(Channels.outputName(name), Channels.openToWrite(name), format, linktype, snaplen);
  }

  /**
   * Writes a savefile to a channel, which is closed with the writer.
   *
   * @param name what error messages call it
   * @param channel where it goes
   * @param format in which to write
   * @param linktype how packets begin, see {@link Datalink}
   * @param snaplen the most bytes that a packet will have
   * @throws SavefileException when the header cannot be written
   */
  public static SavefileWriter create(
      String name, WritableByteChannel channel, SavefileFormat format, int linktype, int snaplen)
      throws SavefileException {
    return format == SavefileFormat.PCAPNG
        ? new PcapngWriter(name, channel, linktype, snaplen)
        : new PcapWriter(name, channel, format == SavefileFormat.PCAP_NANO, linktype, snaplen);
  }

  /**
   * Writes one packet.
   *
   * @param source holds the packet, from offset on; its position and limit do not matter
   * @param offset of the packet's first byte
   * @param length captured bytes
   * @param wireLength bytes on the wire
   * @param timeNanos nanoseconds since 1970-01-01 UTC
   * @param direction from which side it came; INOUT when not known
   * @throws SavefileException when the file cannot be written, a full disk for example
   */
  @Override
  public final void onPacket(
      ByteBuffer source,
      int offset,
      int length,
      int wireLength,
      long timeNanos,
      Direction direction)
      throws SavefileException {
    int recordLength = recordLength(length, direction);
    int start = output.reserve(recordLength);
    int data = putHeader(start, recordLength, length, wireLength, timeNanos);
    FrameCopy.copy(source, offset, output.buffer(), data, length);
    putTrailer(start, recordLength, data + length);
    output.commit(recordLength);
    packets++;
  }

  /** How long the record of a packet will be. */
  abstract int recordLength(int length, Direction direction);

  /** Writes what comes before a packet's bytes and returns where they begin. */
  abstract int putHeader(int at, int recordLength, int length, int wireLength, long timeNanos);

  /** Writes what comes behind a packet's bytes, which end at {@code dataEnd}. */
  abstract void putTrailer(int at, int recordLength, int dataEnd);

  /** Returns the length of the file so far, what is still to be handed to the system included. */
  public final long bytes() {
    return output.length();
  }

  /** Returns how many packets have been written since the writer was made. */
  public final long packets() {
    return packets;
  }

  /**
   * Hands everything to the system: a reader of the file sees all packets written so far.
   *
   * @throws SavefileException when the file cannot be written, a full disk for example
   */
  @Override
  public final void flush() throws SavefileException {
    output.flush();
  }

  /**
   * Flushes and closes the file.
   *
   * @throws SavefileException when the file cannot be written; it is closed all the same
   */
  @Override
  public final void close() throws SavefileException {
    output.close();
  }
}
