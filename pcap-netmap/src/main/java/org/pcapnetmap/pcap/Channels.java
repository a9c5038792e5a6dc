package org.pcapnetmap.pcap;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Opens the files behind savefile names; {@code -} is standard input or output, as for tcpdump. */
final class Channels {
  private static final String STANDARD = "-";

  private Channels() {}

  static String inputName(String name) {
    return name.equals(STANDARD) ? "standard input" : name;
  }

  static String outputName(String name) {
    return name.equals(STANDARD) ? "standard output" : name;
  }

  static FileChannel openToRead(String name) throws SavefileException {
    if (name.equals(STANDARD)) {
      return new FileInputStream(FileDescriptor.in).getChannel();
    }
    return open(name, "there is no such file", "read", StandardOpenOption.READ);
  }

  /** A name that ends in .gz is written compressed. */
  static WritableByteChannel openToWrite(String name) throws SavefileException {
    if (name.equals(STANDARD)) {
      return new FileOutputStream(FileDescriptor.out).getChannel();
    }
    FileChannel file = create(name);
    if (!SavefileFormat.isCompressed(name)) {
      return file;
    }
    try {
      return new GzipOutput(file);
    } catch (IOException e) {
      throw new SavefileException(name, "cannot be written: " + reason(e), e);
    }
  }

  private static FileChannel create(String name) throws SavefileException {
    return open(
        name,
        "there is no such directory; make it first",
        "written",
        StandardOpenOption.WRITE,
        StandardOpenOption.CREATE,
        StandardOpenOption.TRUNCATE_EXISTING);
  }

  private static FileChannel open(
      String name, String missing, String done, StandardOpenOption... options)
      throws SavefileException {
    try {
      Path path = Path.of(name);
      if (Files.isDirectory(path)) {
        throw new SavefileException(name, "is a directory; name a file", null);
      }
      return FileChannel.open(path, options);
    } catch (NoSuchFileException e) {
      throw new SavefileException(name, missing, e);
    } catch (AccessDeniedException e) {
      throw new SavefileException(
          name, "may not be " + done + " by this user; change its permissions or its name", e);
    } catch (SavefileException e) {
      throw e;
    } catch (IOException | InvalidPathException e) {
      throw new SavefileException(name, "cannot be opened: " + reason(e), e);
    }
  }

  /** The system's own words, without the file's name, which the caller says. */
  static String reason(Exception e) {
    boolean named = e instanceof FileSystemException;
    String reason = named ? ((FileSystemException) e).getReason() : e.getMessage();
    return reason == null ? e.toString() : reason;
  }
}
