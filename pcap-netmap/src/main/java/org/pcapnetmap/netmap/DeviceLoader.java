package org.pcapnetmap.netmap;

import com.sun.jna.Native;
import com.sun.jna.NativeLibrary;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds the device library and binds {@link DeviceLibrary} to it, once. */
final class DeviceLoader {
  private static final String REMEDY =
      "; put pcap-netmap's jar for this platform on the class path, or name the library file with -D"
          + LibraryPlace.PROPERTY
          + "=FILE";

  /** It unpacks a library, which a directory on a file system that is mounted noexec refuses. */
  private static final String JNA_NATIVE_REMEDY =
      "start Java with -Djna.tmpdir=DIRECTORY, one from which programs can be run";

  // Kept, because the question is asked often and the answer costs a search.
  @SuppressWarnings("StaticAssignmentOfThrowable")
  private static final Throwable CAUSE = load();

  private DeviceLoader() {}

  /** Why the library does not load, or null if it is loaded. */
  static Throwable cause() {
    return CAUSE;
  }

  /** Throws unless the library is loaded. */
  static void require() throws DeviceUnavailableException {
    if (CAUSE != null) {
      throw new DeviceUnavailableException(CAUSE);
    }
  }

  private static Throwable load() {
    try {
      if (Native.POINTER_SIZE != Long.BYTES) {
        return failure("this Java is not a 64-bit one; start a 64-bit Java");
      }
    } catch (LinkageError e) {
      return failure("JNA does not load (" + reason(e) + "); " + jnaRemedy());
    }
    return tryPlaces(LibraryPlace.all());
  }

  private static String jnaRemedy() {
    boolean there = DeviceLoader.class.getResource("/com/sun/jna/Native.class") != null;
    return there ? JNA_NATIVE_REMEDY : "put net.java.dev.jna:jna on the class path";
  }

  private static Throwable tryPlaces(List<LibraryPlace> places) {
    List<String> tried = new ArrayList<>();
    List<Throwable> reasons = new ArrayList<>();
    for (LibraryPlace place : places) {
      try {
        bind(place.find());
        return null;
      } catch (IOException | LinkageError | RuntimeException e) {
        tried.add(place.name() + " (" + reason(e) + ")");
        reasons.add(e);
      }
    }
    Throwable failure = failure("tried " + String.join(", ", tried) + REMEDY);
    reasons.forEach(failure::addSuppressed);
    return failure;
  }

  private static void bind(String library) {
    Native.register(DeviceLibrary.class, NativeLibrary.getInstance(library));
    DeviceVersion.check(DeviceLibrary.nmd_version().getString(0));
  }

  private static Throwable failure(String reason) {
    return new UnsatisfiedLinkError("the netmap device library does not load: " + reason);
  }

  /** The first line of what an error says, or its name if it says nothing. */
  private static String reason(Throwable e) {
    String message = e.getMessage();
    return message == null ? e.toString() : message.lines().findFirst().orElse(e.toString());
  }
}
