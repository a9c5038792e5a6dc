package org.pcapnetmap.compat.contract;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A read, by any of a handle's functions, that can go on in a thread of its own. */
@FunctionalInterface
interface Reading {
  /** What the function returns: packets, 0, or {@link Handle#BREAK}. */
  int read() throws IOException;

  /** Reads one packet by pcap_next: 1, or 0 where that is null. */
  static Reading byNext(Handle handle) {
    return () -> handle.next() == null ? 0 : 1;
  }

  default CompletableFuture<Integer> start() {
    CompletableFuture<Integer> result = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                result.complete(read());
              } catch (IOException e) {
                result.completeExceptionally(e);
              }
            });
    thread.setDaemon(true);
    thread.start();
    return result;
  }

  /** What a started read returns; fails when it goes on for longer than anything may take. */
  static int result(CompletableFuture<Integer> started) throws Exception {
    return started.get(Scenarios.PATIENCE_NANOS, TimeUnit.NANOSECONDS);
  }
}
