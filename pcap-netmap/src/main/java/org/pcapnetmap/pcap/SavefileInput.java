package org.pcapnetmap.pcap;

import java.io.ByteArrayInputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;

/**
 * The bytes of a savefile, seen through a window: one direct buffer that slides over the file. It
 * keeps count of the place in the file, so that every complaint can name it.
 */
final class SavefileInput implements Closeable {
  private static final int INITIAL_WINDOW = 256 << 10;

  private final String name;
  private final ReadableByteChannel channel;
  private ByteBuffer window = newWindow(INITIAL_WINDOW, ByteOrder.nativeOrder());
  private long windowOffset;
  private boolean ended;

  SavefileInput(String name, ReadableByteChannel channel) {
    this.name = name;
    this.channel = channel;
    window.limit(0);
  }

  private static ByteBuffer newWindow(int size, ByteOrder order) {
    return ByteBuffer.allocateDirect(size).order(order);
  }

  /**
   * Brings the next {@code wanted} bytes into the window.
   *
   * @return how many of the file's next bytes are there; less than wanted only at the file's end
   */
  int fill(int wanted) throws SavefileException {
    if (window.remaining() < wanted && !ended) {
      makeRoom(wanted);
      readMore(wanted);
    }
    return window.remaining();
  }

  /** Brings bytes that must be there: the file may not end before them. */
  void require(int wanted, String what) throws SavefileException {
    int there = fill(wanted);
    if (there < wanted) {
      throw fault(
          "the file ends inside "
              + what
              + " ("
              + there
              + " of "
              + wanted
              + " bytes are there); it was cut short, what comes before is good");
    }
  }

  private void makeRoom(int wanted) {
    windowOffset += window.position();
    if (wanted <= window.capacity()) {
      window.compact().flip();
      return;
    }
    ByteBuffer larger = newWindow(Integer.highestOneBit(wanted - 1) << 1, window.order());
    window = larger.put(window).flip();
  }

  private void readMore(int wanted) throws SavefileException {
    int start = window.position();
    window.position(window.limit()).limit(window.capacity());
    try {
      while (window.position() - start < wanted && !ended) {
        ended = channel.read(window) < 0;
      }
    } catch (IOException e) {
      throw new SavefileException(name, "cannot be read: " + e.getMessage(), e);
    } finally {
      window.limit(window.position()).position(start);
    }
  }

  /** Passes over bytes, of which more may follow than a window holds. */
  void skip(long count, String what) throws SavefileException {
    long left = count;
    while (left > 0) {
      int step = (int) Math.min(left, INITIAL_WINDOW);
      require(step, what);
      advance(step);
      left -= step;
    }
  }

  /** Passes over bytes that {@link #fill} has brought. */
  void advance(int count) {
    window.position(window.position() + count);
  }

  /** The window; what has been brought lies from {@link #position()} on. */
  ByteBuffer window() {
    return window;
  }

  int position() {
    return window.position();
  }

  /** The place in the file of the next byte. */
  long offset() {
    return windowOffset + window.position();
  }

  int byteAt(int ahead) {
    return Byte.toUnsignedInt(window.get(window.position() + ahead));
  }

  int intAt(int ahead) {
    return window.getInt(window.position() + ahead);
  }

  int unsignedShortAt(int ahead) {
    return Short.toUnsignedInt(window.getShort(window.position() + ahead));
  }

  long unsignedIntAt(int ahead) {
    return Integer.toUnsignedLong(intAt(ahead));
  }

  ByteOrder order() {
    return window.order();
  }

  void order(ByteOrder order) {
    window.order(order);
  }

  /** What the file's gzip compression hides, from the file's first byte on. */
  SavefileInput decompressed() {
    byte[] begun = new byte[window.remaining()];
    window.get(window.position(), begun);
    InputStream rest = java.nio.channels.Channels.newInputStream(channel);
    InputStream all = new SequenceInputStream(new ByteArrayInputStream(begun), rest);
    return new SavefileInput(name, new GzipInput(all));
  }

  /** An error about the bytes that come next. */
  SavefileException fault(String reason) {
    return new SavefileException(name, offset(), reason);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
