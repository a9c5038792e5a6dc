package org.pcapnetmap.compat.contract;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;

/** An interface to open handles on, and the other end of its wire. */
interface Network extends Closeable {
  /** Opens something. */
  @FunctionalInterface
  interface Opening<T> {
    T open() throws IOException;
  }

  /** The name that the interface is opened by. */
  String device();

  /** A name that could be an interface's here but is none's. */
  String missingDevice();

  /** The number that the filter "ifindex" knows the interface by. */
  int ifindex() throws IOException;

  /** The longest frame that the interface sends, bytes. */
  int longestFrame();

  /** Opens something where the interface is; whatever opens it must be called here. */
  <T> T inside(Opening<T> opening) throws IOException;

  /** What stands before a command that runs where the interface is. */
  default List<String> launcher() {
    return List.of();
  }

  /** Lets frames arrive at the interface, in this order. */
  void send(List<byte[]> frames) throws IOException;

  /** Returns when what one handle has got, the others have got, too. */
  default void settle() {}

  /** The next frame that has come out of the interface; null if none has yet. */
  byte[] receive() throws IOException;
}
