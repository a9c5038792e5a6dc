package org.pcapnetmap.pcap;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.ReadableByteChannel;

/**
 * Reads the packets of a savefile one after the other: pcap (microseconds and nanoseconds, written
 * by a machine of either byte order) and pcapng, compressed by gzip or not.
 *
 * <pre>{@code
 * PcapPacket packet = new PcapPacket();
 * try (SavefileReader reader = SavefileReader.open("trace.pcap")) {
 *   while (reader.next(packet)) {
 *     // packet.buffer(), packet.offset(), packet.capturedLength()
 *   }
 * }
 * }</pre>
 */
public abstract class SavefileReader implements Closeable {
  /** The longest packet that libpcap and this reader believe in, in bytes. */
  static final int MAX_SNAPLEN = 262_144;

  private static final int MAGIC_LENGTH = 4;

  final SavefileInput input;

  SavefileReader(SavefileInput input) {
    this.input = input;
  }

  /**
   * Opens a savefile of any of the formats; the first bytes tell which.
   *
   * @param name a path, or {@code -} for standard input
   * @throws SavefileException when there is no such file, it may not be read, or is no savefile
   */
  public static SavefileReader open(String name) throws SavefileException {
    return open(Channels.inputName(name), Channels.openToRead(name));
  }

  /**
   * Reads a savefile from a channel, which is closed with the reader or when this call fails.
   *
   * @param name what error messages call it
   * @throws SavefileException when the first bytes are no savefile's
   */
  public static SavefileReader open(String name, ReadableByteChannel channel)
      throws SavefileException {
    SavefileInput input = new SavefileInput(name, channel);
    try {
      if (input.fill(MAGIC_LENGTH) >= MAGIC_LENGTH && GzipInput.recognizes(input)) {
        input = input.decompressed();
      }
      return detect(input);
    } catch (SavefileException e) {
      closeAfter(e, input);
      throw e;
    }
  }

  private static SavefileReader detect(SavefileInput input) throws SavefileException {
    if (input.fill(MAGIC_LENGTH) == 0) {
      throw input.fault("the file is empty, not a savefile");
    }
    input.require(MAGIC_LENGTH, "the first word");
    if (PcapngReader.recognizes(input)) {
      return new PcapngReader(input);
    }
    if (PcapReader.recognizes(input)) {
      return new PcapReader(input);
    }
    throw input.fault(
        "not a savefile: it begins with "
            + String.format("%08x", input.intAt(0))
            + ", which is no magic of pcap or pcapng");
  }

  private static void closeAfter(Exception first, SavefileInput input) {
    try {
      input.close();
    } catch (IOException second) {
      first.addSuppressed(second);
    }
  }

  /**
   * Goes on to the next packet.
   *
   * @param packet is filled with it
   * @return false at the end of the file
   * @throws SavefileException when the file is damaged or cut short here; the packets before are
   *     good
   */
  public abstract boolean next(PcapPacket packet) throws SavefileException;

  /** Returns the LINKTYPE of the packets to come; with several interfaces, of the first one. */
  public abstract int linktype();

  /** Returns the snap length that the file declares, in bytes. */
  public abstract int snaplen();

  /** Returns whether times in the file are finer than a microsecond. */
  public abstract boolean isNanosecond();

  /** Closes the file. */
  @Override
  public final void close() throws IOException {
    input.close();
  }
}
