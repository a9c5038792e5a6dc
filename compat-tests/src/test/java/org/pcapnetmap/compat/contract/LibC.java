package org.pcapnetmap.compat.contract;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** What the tests need of libc. */
interface LibC extends Library {
  LibC C = Native.load("c", LibC.class);

  int O_RDONLY_CLOEXEC = 0x80000;
  int CLONE_NEWNET = 0x40000000;
  short POLLIN = 1;

  int open(String path, int flags) throws LastErrorException;

  int close(int descriptor) throws LastErrorException;

  int if_nametoindex(String name) throws LastErrorException;

  int setenv(String name, String value, int overwrite) throws LastErrorException;

  Pointer fopen(String path, String mode);

  int poll(Pointer descriptors, long count, int millis) throws LastErrorException;

  /** Whether a descriptor is or becomes readable. */
  static boolean readable(int descriptor, int millis) {
    try (Memory pollfd = new Memory(8)) {
      pollfd.setInt(0, descriptor);
      pollfd.setInt(4, POLLIN);
      return C.poll(pollfd, 1, millis) > 0 && (pollfd.getShort(6) & POLLIN) != 0;
    }
  }

  /** Moves the calling thread to another namespace. */
  int setns(int descriptor, int type) throws LastErrorException;
}
