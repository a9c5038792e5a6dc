package org.pcapnetmap.compat.tools;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The network namespace of another process.
 *
 * @param holder the process
 */
public record Namespace(long holder) {
  private interface LibC extends Library {
    LibC C = Native.load("c", LibC.class);

    int O_RDONLY_CLOEXEC = 0x80000;
    int CLONE_NEWNET = 0x40000000;

    int open(String path, int flags) throws LastErrorException;

    int close(int descriptor) throws LastErrorException;

    /** Moves the calling thread to another namespace. */
    int setns(int descriptor, int type) throws LastErrorException;
  }

  /** What is done in a namespace. */
  @FunctionalInterface
  public interface Action<T> {
    T run() throws IOException;
  }

  /** Does something in the namespace, in this thread. */
  public <T> T inside(Action<T> action) throws IOException {
    int here = LibC.C.open("/proc/thread-self/ns/net", LibC.O_RDONLY_CLOEXEC);
    try {
      enter();
      try {
        return action.run();
      } finally {
        LibC.C.setns(here, LibC.CLONE_NEWNET);
      }
    } finally {
      LibC.C.close(here);
    }
  }

  private void enter() throws LastErrorException {
    int there = LibC.C.open(path(holder).toString(), LibC.O_RDONLY_CLOEXEC);
    try {
      LibC.C.setns(there, LibC.CLONE_NEWNET);
    } finally {
      LibC.C.close(there);
    }
  }

  private static Path path(long pid) {
    return Path.of("/proc", Long.toString(pid), "ns", "net");
  }

  /** Whether a process, which may have ended, is in the namespace. */
  boolean has(long pid) {
    try {
      return Files.readSymbolicLink(path(pid)).equals(Files.readSymbolicLink(path(holder)));
    } catch (IOException e) {
      return false;
    }
  }
}
