package org.pcapnetmap.netmap;

import com.sun.jna.Native;
import com.sun.jna.Platform;
import java.io.IOException;
import java.util.List;

/** A place where the device library may be. */
interface LibraryPlace {
  /** System property that names the library file to load; if set, nothing else is tried. */
  String PROPERTY = "pcapnetmap.device.library";

  /** The library's name without the system's prefix and suffix. */
  String LIBRARY = "netmap-device";

  /** The place in words, for a message. */
  String name();

  /** A path or name that JNA can load. */
  String find() throws IOException;

  /** The places in the order in which they are tried. */
  static List<LibraryPlace> all() {
    String file = System.getProperty(PROPERTY);
    return file == null ? List.of(new InJar(), new OnSystem()) : List.of(new Named(file));
  }

  /** The file that the system property names. */
  record Named(String file) implements LibraryPlace {
    @Override
    public String name() {
      return "system property " + PROPERTY + "=" + file;
    }

    @Override
    public String find() {
      return file;
    }
  }

  /** The resource in this library's jar, unpacked by JNA to where a library can be loaded from. */
  record InJar() implements LibraryPlace {
    @Override
    public String name() {
      return "class path resource "
          + Platform.RESOURCE_PREFIX
          + '/'
          + System.mapLibraryName(LIBRARY);
    }

    @Override
    public String find() throws IOException {
      return Native.extractFromResourcePath(LIBRARY, LibraryPlace.class.getClassLoader())
          .getAbsolutePath();
    }
  }

  /** Wherever the system's loader and {@code jna.library.path} look. */
  record OnSystem() implements LibraryPlace {
    @Override
    public String name() {
      return "system library " + System.mapLibraryName(LIBRARY);
    }

    @Override
    public String find() {
      return LIBRARY;
    }
  }
}
