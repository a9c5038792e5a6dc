package org.pcapnetmap.cli.demo;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.pcapnetmap.cli.CommandException;
import org.pcapnetmap.cli.send.FrameTemplate;

/**
 * Stock tcpdump on a veth pair. It runs as a process of its own in a network namespace of its own,
 * so that the pair goes with the process however it ends, and the host never sees it.
 */
final class VethHalf {
  private static final String SENDER = "veth-send";
  static final String CAPTURE = "veth-capture";
  private static final long SOURCE_MAC = 0x0200_0000_0001L;
  private static final long NANOS_PER_SECOND = 1_000_000_000;

  private VethHalf() {}

  /** Returns whether this user may have a network namespace of its own. */
  static boolean isPermitted() throws IOException {
    try (Child trial = Child.start(List.of("unshare", "--net", "true"), Map.of(), "")) {
      return trial.endsWell();
    }
  }

  /** Runs the half in a new process, which needs root's rights. */
  static Result measure() throws IOException {
    List<String> command = Programs.java(VethHalf.class);
    command.addAll(0, List.of("unshare", "--net"));
    try (Child half = Child.start(command, Map.of(), "captured")) {
      half.await();
      return new Result(
          (long) half.number("captured (\\d+)"),
          (long) half.number("dropped (\\d+)"),
          half.number("seconds ([0-9.]+)"));
    }
  }

  /**
   * The process inside the namespace.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    try {
      Result result = run();
      System.out.printf(
          "captured %d dropped %d seconds %f%n",
          result.captured(), result.dropped(), result.seconds());
    } catch (IOException e) {
      System.out.println(e.getMessage());
      System.exit(1);
    }
  }

  private static Result run() throws IOException {
    ip("link", "add", SENDER, "type", "veth", "peer", "name", CAPTURE);
    ip("link", "set", SENDER, "up");
    ip("link", "set", CAPTURE, "up");
    List<String> command = Programs.tcpdumpToNowhere(CAPTURE);
    try (Child tcpdump = Child.start(command, Map.of(), "listening on")) {
      tcpdump.awaitReady();
      double seconds = send();
      tcpdump.stop();
      tcpdump.await();
      return Result.of(tcpdump, seconds);
    }
  }

  private static void ip(String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of("ip"));
    command.addAll(List.of(arguments));
    try (Child ip = Child.start(command, Map.of(), "")) {
      ip.await();
    } catch (CommandException e) {
      throw new CommandException("demo: ip " + String.join(" ", arguments) + ": " + e.getMessage());
    }
  }

  private static double send() throws IOException {
    try (PacketSocket socket =
        new PacketSocket(SENDER, FrameTemplate.broadcast(SOURCE_MAC, Programs.FRAME_SIZE))) {
      long start = System.nanoTime();
      long now = start;
      while (now - start < Programs.SECONDS * NANOS_PER_SECOND) {
        socket.send();
        now = System.nanoTime();
      }
      return (now - start) / (double) NANOS_PER_SECOND;
    }
  }
}
