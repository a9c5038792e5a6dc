package org.pcapnetmap.pcap;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Whole records on their way to a savefile, gathered in a direct buffer. The buffer always begins
 * with a record, so that after a failed write the file can be cut back to its last whole one.
 */
final class SavefileOutput implements Closeable {
  /** Fits into a core's cache together with the ring's slots; larger moved fewer packets. */
  private static final int CAPACITY = 256 << 10;

  /** The buffer of the file closed last, for the next of a series: direct memory is freed late. */
  private static final AtomicReference<ByteBuffer> SPARE = new AtomicReference<>();

  private final String name;
  private final WritableByteChannel channel;
  private final RecordLength recordLength;
  private ByteBuffer buffer = firstBuffer();
  private int used;
  private long flushed;
  private long records;
  private boolean headerWritten;
  private boolean failed;
  private boolean closed;

  /** Tells how long the record is that begins at a place in a buffer. */
  @FunctionalInterface
  interface RecordLength {
    int at(ByteBuffer buffer, int offset);
  }

  SavefileOutput(String name, WritableByteChannel channel, RecordLength recordLength) {
    this.name = name;
    this.channel = channel;
    this.recordLength = recordLength;
  }

  private static ByteBuffer firstBuffer() {
    ByteBuffer spare = SPARE.getAndSet(null);
    return spare == null ? newBuffer(CAPACITY) : spare;
  }

  private static ByteBuffer newBuffer(int size) {
    return ByteBuffer.allocateDirect(size).order(ByteOrder.nativeOrder());
  }

  /**
   * Makes room for a record.
   *
   * @return where in {@link #buffer()} it is to be written; {@link #commit} then takes it
   */
  int reserve(int length) throws SavefileException {
    if (buffer.capacity() - used < length) {
      flush();
      if (buffer.capacity() < length) {
        buffer = newBuffer(length);
      }
    }
    return used;
  }

  /** Valid until the next {@link #reserve}. */
  ByteBuffer buffer() {
    return buffer;
  }

  /** Bytes written so far, those in the buffer included. */
  long length() {
    return flushed + used;
  }

  void commit(int length) {
    used += length;
    records++;
  }

  /**
   * Writes the file's header, so that a reader of a pipe knows at once what comes, and a place that
   * cannot be written to is found before the first packet.
   */
  void flushHeader() throws SavefileException {
    try {
      flush();
      headerWritten = true;
      records = 0;
    } catch (SavefileException e) {
      closeAfter(e);
      throw e;
    }
  }

  private void closeAfter(SavefileException first) {
    try {
      channel.close();
    } catch (IOException second) {
      first.addSuppressed(second);
    }
  }

  /** Hands everything to the system. */
  void flush() throws SavefileException {
    if (used == 0 || failed) {
      return;
    }
    buffer.position(0).limit(used);
    try {
      while (buffer.hasRemaining()) {
        channel.write(buffer);
      }
      flushed += used;
      used = 0;
    } catch (IOException e) {
      failed = true;
      throw giveUp(buffer.position(), e);
    } finally {
      buffer.clear();
    }
  }

  private SavefileException giveUp(int written, IOException e) {
    if (!headerWritten) {
      return new SavefileException(name, "cannot be written: " + Channels.reason(e), e);
    }
    Records whole = wholeRecords(written);
    int torn = written - whole.bytes();
    long kept = records - wholeRecords(used).count() + whole.count();
    String end = torn == 0 || cutBack(torn) ? "" : "; the last one in it is cut short";
    return new SavefileException(
        name,
        "cannot be written: " + Channels.reason(e) + "; " + kept + " packets are saved in it" + end,
        e);
  }

  /** How many records begin the buffer, and how long they are together. */
  private record Records(long count, int bytes) {}

  /** The records that lie wholly in the first bytes of the buffer. */
  private Records wholeRecords(int bytes) {
    long count = 0;
    int end = 0;
    while (end < bytes) {
      int next = end + recordLength.at(buffer, end);
      if (next > bytes) {
        break;
      }
      end = next;
      count++;
    }
    return new Records(count, end);
  }

  private boolean cutBack(int torn) {
    if (!(channel instanceof FileChannel file)) {
      return false;
    }
    try {
      file.truncate(file.position() - torn);
      return true;
    } catch (IOException | IllegalArgumentException ignored) {
      // A pipe or a device: what went out cannot be taken back.
      return false;
    }
  }

  /** Writes what is pending and closes the file, also when that fails. */
  @Override
  public void close() throws SavefileException {
    if (closed) {
      return;
    }
    closed = true;
    try (channel) {
      flush();
      if (buffer.capacity() == CAPACITY) {
        SPARE.set(buffer);
        buffer = newBuffer(0);
      }
    } catch (SavefileException e) {
      throw e;
    } catch (IOException e) {
      throw new SavefileException(name, "cannot be closed: " + Channels.reason(e), e);
    }
  }
}
