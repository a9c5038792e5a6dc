package org.pcapnetmap.netmap;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/** The netmap device of this machine: whether it can be used, and who uses it. */
public final class NetmapDevice {
  private static final int LIST_GUESS = 64;

  private NetmapDevice() {}

  /**
   * Whether the device library is loaded.
   *
   * @return false if no port can be opened; then {@link #unavailabilityCause()} says why
   */
  public static boolean isAvailable() {
    return unavailabilityCause() == null;
  }

  /**
   * Why the device library is not loaded.
   *
   * @return null if it is; otherwise its message names every place that was tried and why it did
   *     not do
   */
  public static Throwable unavailabilityCause() {
    return DeviceLoader.cause();
  }

  /**
   * The version of the device library.
   *
   * @return for example {@code 0.1.0 abi 14 layout 5.0}
   * @throws DeviceUnavailableException if the library is not loaded
   */
  public static String version() throws DeviceUnavailableException {
    DeviceLoader.require();
    return DeviceLibrary.nmd_version().getString(0);
  }

  /**
   * Whether a name has the form of a port's name. Whether there is such a port is another matter.
   *
   * @param name for example {@code vale0:1}
   * @return false for the names of ordinary interfaces
   * @throws DeviceUnavailableException if the library is not loaded
   */
  public static boolean isPortName(String name) throws DeviceUnavailableException {
    DeviceLoader.require();
    return DeviceLibrary.nmd_is_port_name(NativeStruct.cString(name)) != 0;
  }

  /**
   * All openings of all switches in the runtime directory. Looking disturbs nobody; what killed
   * processes left behind is removed.
   *
   * @return an immutable snapshot
   * @throws NetmapException if the runtime directory may not be read, or the library is not loaded
   */
  public static List<OpeningInfo> list() throws NetmapException {
    return entries(DeviceLibrary::nmd_list, InfoLayout.SIZE, OpeningInfo::decode);
  }

  /**
   * What each opening has sent to each other one, on all switches in the runtime directory. Looks
   * and cleans up as {@link #list()} does.
   *
   * @return an immutable snapshot of the pairs in which anything was offered
   * @throws NetmapException if the runtime directory may not be read, or the library is not loaded
   */
  public static List<PairCounters> pairs() throws NetmapException {
    return entries(DeviceLibrary::nmd_pairs, PairLayout.SIZE, PairCounters::decode);
  }

  /**
   * The error logs of all switches in the runtime directory. Looks and cleans up as {@link #list()}
   * does; the log of a switch whose last process was killed is told once more by the call that
   * removes it.
   *
   * @return an immutable snapshot
   * @throws NetmapException if the runtime directory may not be read, or the library is not loaded
   */
  public static List<LoggedError> errors() throws NetmapException {
    return entries(DeviceLibrary::nmd_error_log, LoggedErrorLayout.SIZE, LoggedError::decode);
  }

  /** A function of the device that fills a list and says how long the whole list is. */
  private interface Lister {
    int fill(ByteBuffer entries, int max, ByteBuffer error);
  }

  private static <T> List<T> entries(
      Lister lister, int size, BiFunction<ByteBuffer, Integer, T> decoder) throws NetmapException {
    DeviceLoader.require();
    int room = 0;
    int there = LIST_GUESS;
    ByteBuffer entries = null;
    while (there > room) {
      room = 2 * there;
      entries = NativeStruct.allocate(room * size);
      ByteBuffer error = NativeStruct.allocate(ErrorLayout.SIZE);
      there = DeviceError.check(lister.fill(entries, room, error), error);
    }
    ByteBuffer filled = entries;
    return IntStream.range(0, there).mapToObj(i -> decoder.apply(filled, i * size)).toList();
  }
}
