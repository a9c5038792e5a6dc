package org.pcapnetmap.compat.tools;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.pcapnetmap.netmap.NetmapException;
import org.pcapnetmap.netmap.OpeningInfo;
import org.pcapnetmap.netmap.PortMode;
import org.pcapnetmap.netmap.PortStatistics;

/**
 * Where the port is that programs are tested on, and who else is there: a switch, or an interface
 * with another host behind its cable. The run decides by the system property {@code test.place}:
 * {@code switch}, {@code shared} for an interface that the program shares with the host, {@code
 * alone} for one that it has alone.
 */
public abstract class Place implements AutoCloseable {
  private static final String KIND = System.getProperty("test.place", "switch");
  private static final long PATIENCE_NANOS = 60_000_000_000L;
  private static final long LOOK_AGAIN_NANOS = 1_000_000;

  /** The place that this run is for. */
  public static Place ofThisRun() throws IOException, InterruptedException {
    return switch (KIND) {
      case "switch" -> new TestSwitch();
      case "shared" -> new TestInterface("");
      case "alone" -> new TestInterface("/x");
      default -> throw new IllegalArgumentException("test.place: " + KIND);
    };
  }

  /**
   * The same for a program that cannot have an interface alone by itself: it opens it more than
   * once at a time, or gives up the capabilities first. A bridge has it, and the program a port of
   * the bridge's switch.
   */
  public static Place forModestPrograms() throws IOException, InterruptedException {
    return isAlone() ? new BridgedInterface() : ofThisRun();
  }

  static boolean isSwitch() {
    return KIND.equals("switch");
  }

  static boolean isShared() {
    return KIND.equals("shared");
  }

  static boolean isAlone() {
    return KIND.equals("alone");
  }

  /** Skips the test where the port is an interface, for a reason that is given. */
  static void assumeSwitch(String reason) {
    assumeTrue(isSwitch(), reason);
  }

  /** Skips the test where the program has an interface alone, for a reason that is given. */
  static void assumeNotAlone(String reason) {
    assumeTrue(!isAlone(), reason);
  }

  /** Skips a test of which frames are lost, and how many. */
  static void assumeLossIsOurs() {
    Tools.assumeLossIsTold();
    assumeSwitch("what an interface loses under a reader that stands still is the kernel's choice");
  }

  /** Skips a test of rings that are smaller where the tmpfs has less left. */
  static void assumeRoom(long bytes) throws IOException {
    String folder = System.getenv().getOrDefault("NETMAP_RUNTIME_DIR", "/dev/shm");
    long left = Files.getFileStore(Path.of(folder)).getUsableSpace();
    assumeTrue(left >= bytes, folder + " has " + left + " bytes left, not " + bytes);
  }

  /** The full name of the port that a program opens; all are one on an interface. */
  public abstract String port(String portName);

  /** The name that another program, started by {@link #startFar}, opens. */
  abstract String farPort(String portName);

  /** Sends frames in this order to the port. */
  public abstract void send(List<byte[]> frames) throws IOException;

  /** Somebody else. */
  public abstract Peer peer(String portName) throws IOException;

  /**
   * Somebody beside the program, whose frames go out by the same port; they arrive at it where the
   * program sees nothing else.
   */
  abstract Peer sharer(String portName) throws IOException;

  /** What stands before a command that runs where the port is. */
  abstract List<String> near();

  /** What stands before a command that runs where the peers are. */
  abstract List<String> far();

  /** Who has which port open, this test left out. */
  public abstract List<OpeningInfo> others() throws NetmapException;

  /** Does something where the port is, in this thread. */
  abstract <T> T inside(Namespace.Action<T> action) throws IOException;

  /** A network with the interface that port names are mapped to. */
  abstract OwnNetwork network() throws IOException, InterruptedException;

  /** Starts a program on a host of its own, with this address. */
  abstract RunningTool startHost(String address, String portName, String... command)
      throws IOException, InterruptedException;

  @Override
  public abstract void close();

  private static List<String> join(List<String> before, List<String> command) {
    List<String> all = new ArrayList<>(before);
    all.addAll(command);
    return all;
  }

  /** The command that runs a command where the port is. */
  public List<String> nearCommand(List<String> command) {
    return join(near(), command);
  }

  /** Starts a program as it is. */
  public RunningTool start(Map<String, String> environment, List<String> command)
      throws IOException {
    return RunningTool.start(environment, nearCommand(command));
  }

  RunningTool start(String... command) throws IOException {
    return start(Map.of(), List.of(command));
  }

  /** Starts another program, where the peers are. */
  RunningTool startFar(List<String> command) throws IOException {
    return RunningTool.start(Map.of(), join(far(), command));
  }

  /** Starts a program under nmrun. */
  RunningTool nmrun(String... command) throws IOException {
    return start(Map.of(), join(List.of(Tools.NMRUN), Arrays.asList(command)));
  }

  RunningTool nmcap(String... arguments) throws IOException {
    return start(Map.of(), join(List.of(Nmcap.LAUNCHER), Arrays.asList(arguments)));
  }

  /** Returns when a program has opened a port to read and set its filter. */
  public void awaitFilter(String program) throws NetmapException {
    await(program + " sets no filter", o -> isOf(program, o) && o.filterLength() > 0);
  }

  /** Returns when a program has opened a port. */
  public void awaitOpened(String program) throws NetmapException {
    await(program + " opens no port", o -> isOf(program, o));
  }

  /** Returns when a program has read so many frames. */
  public void awaitRead(String program, long count) throws NetmapException {
    await(
        program + " does not read " + count + " frames",
        o -> isOf(program, o) && o.statistics().consumed() >= count);
  }

  /** Not what answers a program for the kernel, which reads what the program's filter rejects. */
  private static boolean isOf(String program, OpeningInfo opening) {
    return opening.program().equals(program)
        && (!Tools.isLooped() || opening.path().equals("kernel"));
  }

  /** Returns when an opening is as it should be. */
  void await(String otherwise, Predicate<OpeningInfo> awaited) throws NetmapException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (others().stream().noneMatch(awaited)) {
      assertTrue(System.nanoTime() < deadline, () -> otherwise(otherwise));
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  private String otherwise(String text) {
    try {
      return text + ": " + others();
    } catch (NetmapException e) {
      return text + ": " + e;
    }
  }

  /** Returns what a peer is sent, when it is so many frames or more. */
  public static List<byte[]> await(Peer peer, int count) throws IOException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    List<byte[]> frames = new ArrayList<>(peer.take());
    while (frames.size() < count) {
      int so = frames.size();
      assertTrue(System.nanoTime() < deadline, () -> so + " of " + count + " frames come");
      peer.await(LOOK_AGAIN_NANOS);
      frames.addAll(peer.take());
    }
    return frames;
  }

  /** The captures from the kernel's ports. */
  List<OpeningInfo> kernelCaptures() throws NetmapException {
    return others().stream()
        .filter(o -> o.path().equals("kernel") && o.mode() == PortMode.CAPTURE)
        .toList();
  }

  /** Returns when a capture has seen more than it had, or has ended. */
  void awaitMore(OpeningInfo capture) throws NetmapException {
    long deadline = System.nanoTime() + PATIENCE_NANOS;
    while (others().stream().anyMatch(o -> o.pid() == capture.pid() && seen(o) == seen(capture))) {
      assertTrue(System.nanoTime() < deadline, () -> capture.program() + " does not read on");
      LockSupport.parkNanos(LOOK_AGAIN_NANOS);
    }
  }

  private static long seen(OpeningInfo opening) {
    PortStatistics counters = opening.statistics();
    return counters.published() + counters.dropped() + counters.filtered();
  }

  /** A program that has ended leaves nothing but one port, which is the test's. */
  public void assertOnly(String portName) throws NetmapException {
    assertEquals(List.of(), others().stream().filter(o -> !o.portName().equals(portName)).toList());
  }

  /** A program that has ended leaves nothing. */
  public void assertNobodyLeft() throws NetmapException {
    assertEquals(List.of(), others());
  }
}
