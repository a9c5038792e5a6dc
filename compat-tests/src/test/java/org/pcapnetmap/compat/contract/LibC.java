package org.pcapnetmap.compat.contract;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** What the tests need of libc. */
interface LibC extends Library {
  LibC C = Native.load("c", LibC.class);

  int O_RDONLY_CLOEXEC = 0x80000;
  int CLONE_NEWNET = 0x40000000;

  int open(String path, int flags) throws LastErrorException;

  int close(int descriptor) throws LastErrorException;

  int if_nametoindex(String name) throws LastErrorException;

  int setenv(String name, String value, int overwrite) throws LastErrorException;

  Pointer fopen(String path, String mode);

  /** Moves the calling thread to another namespace. */
  int setns(int descriptor, int type) throws LastErrorException;
}
