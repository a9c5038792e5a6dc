package org.pcapnetmap.compat.contract;

import com.sun.jna.LastErrorException;
import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Pointer;

/** What the tests need of libc. */
interface LibC extends Library {
  LibC C = Native.load("c", LibC.class);

  int if_nametoindex(String name) throws LastErrorException;

  int setenv(String name, String value, int overwrite) throws LastErrorException;

  Pointer fopen(String path, String mode);
}
