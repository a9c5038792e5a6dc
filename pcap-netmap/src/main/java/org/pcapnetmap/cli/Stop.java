package org.pcapnetmap.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.pcapnetmap.netmap.NetmapDevice;

/**
 * Ctrl-C and its relatives: asks the running command to end by itself, with its summary written and
 * its savefile complete, after which the process exits with the command's own status.
 *
 * <p>SIGINT, SIGTERM and SIGHUP are taken through {@code sun.misc.Signal}, which module
 * jdk.unsupported offers to everyone; a shutdown hook could neither choose the exit status nor let
 * the other hooks run. The class is reached by reflection because naming it is a compiler warning.
 */
public final class Stop {
  private static final List<String> SIGNALS = List.of("INT", "TERM", "HUP");

  /** A terminal or timeout(1) may send one stop twice; who is in a hurry takes longer than this. */
  private static final long HURRY_NANOS = 1_000_000_000;

  private static final int EXIT_INTERRUPTED = 130;
  private static final int SIGINT = 2;
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final String IGNORED_SIGNALS = "SigIgn:";

  private final Thread runner = Thread.currentThread();
  private volatile boolean requested;
  private volatile long requestedAt;
  private volatile Runnable waker = () -> {};

  /**
   * Takes the signals for the command that this thread runs.
   *
   * @return says when to stop
   */
  public static Stop onSignals() {
    hearInterrupts();
    Stop stop = new Stop();
    SIGNALS.forEach(stop::take);
    return stop;
  }

  private void take(String name) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), listener(handler));
    } catch (ReflectiveOperationException ignored) {
      // A JVM without it, or a signal that the JVM was told to leave alone (-Xrs): it then does
      // what it does to every program.
    }
  }

  private Object listener(Class<?> handler) {
    InvocationHandler handle =
        (proxy, method, arguments) -> {
          if (method.getName().equals("handle")) {
            request();
          }
          return null;
        };
    return Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler}, handle);
  }

  /**
   * A shell starts what a script puts into the background with SIGINT ignored, and a JVM respects
   * that. Like tcpdump, a capture there shall end by {@code kill -INT} all the same.
   */
  private static void hearInterrupts() {
    try (Stream<String> status = Files.lines(STATUS)) {
      boolean ignored =
          status
              .filter(line -> line.startsWith(IGNORED_SIGNALS))
              .map(line -> line.substring(IGNORED_SIGNALS.length()).strip())
              .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) >> (SIGINT - 1) & 1) == 1);
      if (ignored && NetmapDevice.isAvailable()) {
        LibC.signal(SIGINT, null);
      }
    } catch (IOException | UncheckedIOException ignored) {
      // No /proc here: then the signal stays as it is.
    }
  }

  /** Asks the command to end. Asked again after a while, ends the process at once. */
  void request() {
    long now = System.nanoTime();
    if (requested && now - requestedAt > HURRY_NANOS) {
      Runtime.getRuntime().halt(EXIT_INTERRUPTED);
    }
    if (!requested) {
      requestedAt = now;
      requested = true;
    }
    waker.run();
    LockSupport.unpark(runner);
  }

  /** Returns whether the command shall end. */
  public boolean requested() {
    return requested;
  }

  /**
   * Says how to end the wait in which the command may be.
   *
   * @param newWaker called by another thread, also when the stop was requested already
   */
  public void wakeBy(Runnable newWaker) {
    waker = newWaker;
    if (requested) {
      newWaker.run();
    }
  }

  /**
   * Waits, but not beyond the request to stop.
   *
   * @param nanos how long at most; may return a little earlier or later
   */
  public void pause(long nanos) {
    if (!requested && nanos > 0) {
      LockSupport.parkNanos(this, nanos);
    }
  }
}
