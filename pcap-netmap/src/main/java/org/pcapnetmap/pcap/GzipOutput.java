package org.pcapnetmap.pcap;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.zip.Deflater;
import java.util.zip.GZIPOutputStream;

/** Compresses what is written to it into a gzip file, which is complete when this is closed. */
final class GzipOutput implements WritableByteChannel {
  private static final int CHUNK = 64 << 10;

  private final OutputStream compressed;
  private final byte[] chunk = new byte[CHUNK];
  private boolean open = true;

  GzipOutput(WritableByteChannel file) throws IOException {
    compressed = new Fast(Channels.newOutputStream(file));
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    int written = source.remaining();
    while (source.hasRemaining()) {
      int length = Math.min(CHUNK, source.remaining());
      source.get(chunk, 0, length);
      compressed.write(chunk, 0, length);
    }
    return written;
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

  /** A capture has to keep up with its packets: the fastest level. */
  private static final class Fast extends GZIPOutputStream {
    Fast(OutputStream out) throws IOException {
      super(out, CHUNK);
      def.setLevel(Deflater.BEST_SPEED);
    }
  }
}
