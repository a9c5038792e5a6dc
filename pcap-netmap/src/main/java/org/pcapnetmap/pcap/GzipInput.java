package org.pcapnetmap.pcap;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.PushbackInputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * What a gzip file holds (RFC 1952): all its members, one after the other, as one run of bytes.
 * Each member's checksum is compared.
 */
final class GzipInput implements ReadableByteChannel {
  private static final int CHUNK = 64 << 10;
  private static final int MAGIC_1 = 0x1f;
  private static final int MAGIC_2 = 0x8b;

  private final InputStream compressed;
  private final byte[] chunk = new byte[CHUNK];
  private InputStream plain;
  private boolean open = true;

  /** Takes the bytes of a file that {@link #recognizes} has seen. */
  GzipInput(InputStream compressed) {
    this.compressed = compressed;
  }

  static boolean recognizes(SavefileInput input) {
    return input.byteAt(0) == MAGIC_1 && input.byteAt(1) == MAGIC_2;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    try {
      if (plain == null) {
        plain = new GZIPInputStream(new Honest(compressed), CHUNK);
      }
      int read = plain.read(chunk, 0, Math.min(CHUNK, target.remaining()));
      if (read > 0) {
        target.put(chunk, 0, read);
      }
      return read;
    } catch (EOFException e) {
      throw new IOException(
          "the compressed data end too early; it was cut short, what comes before is good", e);
    } catch (ZipException e) {
      throw new IOException("the compressed data are damaged (" + e.getMessage() + ")", e);
    }
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() throws IOException {
    open = false;
    compressed.close();
  }

  /**
   * GZIPInputStream looks for a further member only while bytes are said to be available, which a
   * stream may deny before its end: here it is denied at the end only.
   */
  private static final class Honest extends PushbackInputStream {
    Honest(InputStream in) {
      super(in, 1);
    }

    @Override
    public int available() throws IOException {
      int next = read();
      if (next < 0) {
        return 0;
      }
      unread(next);
      return Math.max(1, super.available());
    }
  }
}
