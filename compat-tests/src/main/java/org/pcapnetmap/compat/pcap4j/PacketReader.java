package org.pcapnetmap.compat.pcap4j;

import java.io.IOException;
import org.pcap4j.core.NotOpenException;
import org.pcap4j.core.PcapHandle;
import org.pcap4j.core.PcapHandle.BlockingMode;
import org.pcap4j.core.PcapNativeException;
import org.pcap4j.core.Pcaps;
import org.pcap4j.core.RawPacketListener;

/**
 * Reads a device and only counts; or a savefile, again and again. Of a device it says that it
 * listens, and reads until a line is typed.
 */
public final class PacketReader {
  private static final String SAVEFILE = ".pcap";

  private final ReadCall call;
  private final Tally tally = new Tally();
  private final Aside aside;
  private volatile boolean over;

  private PacketReader(ReadCall call, double warmUp, double seconds) {
    this.call = call;
    this.aside = new Aside(tally, warmUp, seconds);
  }

  /**
   * Runs the program and prints one JSON object.
   *
   * @param arguments a {@link ReadCall}, a device or a savefile's path, seconds from the first
   *     packet to the window, seconds of the window
   * @throws Exception whatever pcap4j throws
   */
  public static void main(String[] arguments) throws Exception {
    ReadCall call = ReadCall.valueOf(arguments[0]);
    double warmUp = Double.parseDouble(arguments[2]);
    double seconds = Double.parseDouble(arguments[3]);
    PacketReader reader = new PacketReader(call, warmUp, seconds);
    System.out.println("{" + reader.run(arguments[1]) + "}");
  }

  private String run(String device) throws Exception {
    if (device.endsWith(SAVEFILE)) {
      return readSavefile(device);
    }
    try (PcapHandle handle = Devices.open(device)) {
      Thread reading = new Thread(() -> readDevice(handle), "reading");
      reading.start();
      awaitLine();
      over = true;
      handle.breakLoop();
      reading.join();
      readRest(handle);
      return aside.figures() + "," + Devices.counted(handle);
    }
  }

  private static void awaitLine() throws IOException {
    System.out.println("listening");
    int read = System.in.read();
    while (read >= ' ') {
      read = System.in.read();
    }
  }

  private void readDevice(PcapHandle handle) {
    try {
      while (!over) {
        call.readSome(handle, -1, tally);
      }
    } catch (InterruptedException e) {
      return; // as it was asked to
    } catch (PcapNativeException | NotOpenException e) {
      throw new IllegalStateException(e);
    }
  }

  /** On a busy machine some may be left; the counts are to add up. */
  private void readRest(PcapHandle handle) throws PcapNativeException, NotOpenException {
    handle.setBlockingMode(BlockingMode.NONBLOCKING);
    RawPacketListener listener = packet -> tally.add();
    int read = 1;
    while (read > 0) {
      try {
        read = handle.dispatch(-1, listener);
      } catch (InterruptedException e) {
        // The break that the reader did not need.
      }
    }
  }

  private String readSavefile(String file) throws PcapNativeException, NotOpenException {
    while (!aside.isOver()) {
      try (PcapHandle handle = Pcaps.openOffline(file)) {
        call.readSome(handle, -1, tally);
      } catch (InterruptedException e) {
        // The file's end, in some of the calls.
      }
    }
    return aside.figures();
  }
}
