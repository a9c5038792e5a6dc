package org.pcapnetmap.compat.contract;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import com.sun.jna.ptr.IntByReference;

/** What the tests need of libc. */
interface LibC extends Library {
  LibC C = Native.load("c", LibC.class);

  int if_nametoindex(String name) throws LastErrorException;

  int setenv(String name, String value, int overwrite) throws LastErrorException;

  int setsockopt(int socket, int level, int name, IntByReference value, int size)
      throws LastErrorException;

  /** The processors that the calling thread may run on, a bit each, for {@code thread} 0. */
  int sched_getaffinity(int thread, long size, byte[] processors) throws LastErrorException;

  int sched_setaffinity(int thread, long size, byte[] processors) throws LastErrorException;

  Pointer fopen(String path, String mode);
}
