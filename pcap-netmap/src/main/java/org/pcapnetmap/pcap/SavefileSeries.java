package org.pcapnetmap.pcap;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.pcapnetmap.netmap.Direction;

/**
 * Writes packets to a series of savefiles, each complete when the next one begins. A packet goes
 * whole into one file: the one that was open, or, when that has become too large or too old, the
 * next.
 */
public final class SavefileSeries implements PacketSink {
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private final Rotation rotation;
  private final Opener opener;
  private SavefileWriter writer;
  private int number;
  private int intervals;
  private long second;

  /** When the next interval begins, in nanoseconds since 1970. */
  private long due;

  /** Makes the files of a series. */
  @FunctionalInterface
  public interface Opener {
    /**
     * Makes a file, or empties the one that is there.
     *
     * @param name of the file
     * @return its writer
     * @throws SavefileException when it cannot be made
     */
    SavefileWriter open(String name) throws SavefileException;
  }

  /**
   * Begins with the first file.
   *
   * @param rotation when to go on, and how the files are called
   * @param opener makes them
   * @param nowNanos the time by which the first one is called, in nanoseconds since 1970
   * @throws SavefileException when it cannot be made
   */
  public SavefileSeries(Rotation rotation, Opener opener, long nowNanos) throws SavefileException {
    this.rotation = rotation;
    this.opener = opener;
    beginInterval(nowNanos);
  }

  private void beginInterval(long nanos) throws SavefileException {
    second = Math.floorDiv(nanos, NANOS_PER_SECOND);
    long span = rotation.seconds();
    boolean endless = span == 0 || span > Long.MAX_VALUE / NANOS_PER_SECOND - second;
    due = endless ? Long.MAX_VALUE : (second + span) * NANOS_PER_SECOND;
    number = 0;
    open();
  }

  private void open() throws SavefileException {
    writer = opener.open(rotation.fileName(number, second));
  }

  @Override
  public void onPacket(
      ByteBuffer buffer,
      int offset,
      int length,
      int wireLength,
      long timeNanos,
      Direction direction)
      throws IOException {
    if (timeNanos >= due) {
      nextInterval(timeNanos);
    }
    if (rotation.bytes() > 0 && writer.bytes() > rotation.bytes()) {
      nextFile();
    }
    writer.onPacket(buffer, offset, length, wireLength, timeNanos, direction);
  }

  private void nextInterval(long nanos) throws IOException {
    writer.close();
    intervals++;
    if (rotation.isFinite() && intervals >= rotation.files()) {
      throw new SeriesCompleteException(rotation.files());
    }
    beginInterval(nanos);
  }

  private void nextFile() throws IOException {
    writer.close();
    number = rotation.after(number);
    open();
  }

  @Override
  public void flush() throws IOException {
    writer.flush();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
