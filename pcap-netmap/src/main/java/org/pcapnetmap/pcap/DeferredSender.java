package org.pcapnetmap.pcap;

import java.io.IOException;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends frames that come thick and fast together, so that not each takes a native call.
 *
 * <p>A frame that comes after a pause is sent at once. One that follows another closely waits for
 * more, until a batch is full or, at the latest, a thread of this class's sends what there is. The
 * thread ends when there has been nothing to do for a while; the end of the JVM sends the rest.
 */
final class DeferredSender {
  /** Frames that pay for a native call. */
  private static final int BATCH = 64;

  /** Frames follow closely if no more time lies between them. */
  private static final long CLOSE_NANOS = 10_000;

  /** How often the thread looks: no frame waits for longer than twice this time. */
  private static final long LOOK_NANOS = 50_000;

  /** Looks in vain after which the thread sleeps, and sleeps after which it ends. */
  private static final int VAIN_LOOKS = 100;

  private static final long SLEEP_NANOS = 1_000_000_000;

  /** How long to wait for the reader of a pipe before looking whether the handle is closed. */
  private static final long PIPE_NANOS = 10_000_000;

  /** How long to wait for it when the handle is closed. */
  private static final long LAST_NANOS = 2_000_000_000;

  private final LiveHandle handle;
  private final SendQueue queue;
  private long last = System.nanoTime() - CLOSE_NANOS;
  private int waiting;
  private IOException failure;
  private Thread thread;
  private boolean asleep;

  DeferredSender(LiveHandle handle, SendQueue queue) {
    this.handle = handle;
    this.queue = queue;
  }

  /** Sends a frame now or soon; throws also what went wrong with one before. */
  void send(byte[] frame, int offset, int length) throws IOException {
    synchronized (queue) {
      throwFailure();
      queue.enqueue(frame, offset, length);
      long now = System.nanoTime();
      if (++waiting >= BATCH || now - last > CLOSE_NANOS) {
        flush();
      } else if (asleep || thread == null) {
        wake();
      }
      last = now;
    }
  }

  private void throwFailure() throws IOException {
    if (failure != null) {
      IOException thrown = failure;
      failure = null;
      throw thrown;
    }
  }

  /** Sends what waits. Costs nothing when the calling thread has sent nothing. */
  void flushWaiting() throws IOException {
    if (waiting > 0) {
      synchronized (queue) {
        flush();
      }
    }
  }

  /** A pipe takes no more than its reader has room for; a switch takes all. */
  private void flush() throws IOException {
    waiting = 0;
    queue.flush();
    while (!queue.isEmpty() && !handle.isEnding()) {
      queue.awaitMoreRoom(PIPE_NANOS);
    }
  }

  private void wake() {
    if (thread == null) {
      thread = new Thread(this::run, "pcap-netmap send " + handle.name());
      thread.setDaemon(true);
      thread.start();
    }
    asleep = false;
    LockSupport.unpark(thread);
  }

  private void run() {
    Thread end = new Thread(this::flushQuietly, "pcap-netmap last send");
    if (!addHook(end)) {
      return;
    }
    while (isNeeded()) {
      for (int vain = 0; vain < VAIN_LOOKS; vain++) {
        LockSupport.parkNanos(this, LOOK_NANOS);
        if (flushQuietly()) {
          vain = 0;
        }
      }
    }
    removeHook(end);
  }

  /** Sleeps; false when nobody has woken it, or the handle is closed: then the thread is gone. */
  private boolean isNeeded() {
    synchronized (queue) {
      asleep = waiting == 0;
    }
    LockSupport.parkNanos(this, SLEEP_NANOS);
    synchronized (queue) {
      if (asleep || handle.isClosed()) {
        thread = null;
        return false;
      }
      return true;
    }
  }

  /** Whether something was sent. */
  private boolean flushQuietly() {
    synchronized (queue) {
      try {
        boolean there = waiting > 0;
        flushWaiting();
        return there;
      } catch (IOException e) {
        failure = e;
      } catch (IllegalStateException closed) {
        waiting = 0;
      }
      return false;
    }
  }

  /** False when the JVM is ending: frames are then sent at once. */
  private boolean addHook(Thread end) {
    try {
      Runtime.getRuntime().addShutdownHook(end);
      return true;
    } catch (IllegalStateException ending) {
      flushQuietly();
      synchronized (queue) {
        thread = null;
      }
      return false;
    }
  }

  private static void removeHook(Thread end) {
    try {
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (IllegalStateException ending) {
      // it is just being run
      return;
    }
  }

  /**
   * Sends what waits, for the last time, and ends the thread. The reader of a pipe is given some
   * time to make room.
   */
  void finish() throws IOException {
    synchronized (queue) {
      if (thread != null) {
        asleep = true;
        LockSupport.unpark(thread);
      }
      if (waiting > 0) {
        waiting = 0;
        queue.flush();
        long start = System.nanoTime();
        while (!queue.isEmpty() && System.nanoTime() - start < LAST_NANOS) {
          queue.awaitMoreRoom(PIPE_NANOS);
        }
      }
    }
  }
}
