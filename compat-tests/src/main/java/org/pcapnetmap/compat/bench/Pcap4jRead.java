package org.pcapnetmap.compat.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.pcapnetmap.compat.pcap4j.PacketReader;
import org.pcapnetmap.compat.pcap4j.ReadCall;
import org.pcapnetmap.compat.pcap4j.UdpFrame;
import org.pcapnetmap.netmap.Direction;
import org.pcapnetmap.pcap.Datalink;
import org.pcapnetmap.pcap.PcapHandle;
import org.pcapnetmap.pcap.SavefileFormat;
import org.pcapnetmap.pcap.SavefileWriter;

/**
 * A program on pcap4j that only counts: packets a second.
 *
 * @param call what it calls
 * @param ground where it runs
 */
record Pcap4jRead(ReadCall call, Pcap4jGround ground) implements Contestant {
  /** None of them is for port 53, whose packets would be parsed further. */
  private static final String OTHER_PORT = "1000000";

  private static final int PACKETS_OF_A_FILE = 500_000;
  private static final long ANY_TIME = 1_700_000_000_000_000_000L;

  /** For a first packet that loads all the classes of a parser. */
  private static final double COLD_START = 0.5;

  @Override
  public String name() {
    return "pcap4j " + call + ", 60 bytes, " + ground;
  }

  @Override
  public Unit unit() {
    return Unit.FRAMES;
  }

  @Override
  public Optional<String> obstacle(Workbench bench) {
    return ground.obstacle(bench);
  }

  @Override
  public Sample run(Workbench bench) throws IOException {
    return ground == Pcap4jGround.FILE ? readFile(bench) : readLive(bench);
  }

  private Sample readLive(Workbench bench) throws IOException {
    try (Ground.Stage stage = ground.live().open(bench);
        Worker reader =
            ground.start(bench, stage, bench.cores().receiver(), read(bench, stage.far()))) {
      Pcap4jPrograms.awaitReady(reader);
      try (Worker sender = stage.feed(send(bench.timing()))) {
        Figures sent = sender.figures();
        Figures seen = Pcap4jPrograms.finish(reader);
        return sample(seen, sent, stage.offered(sent));
      }
    }
  }

  private Sample sample(Figures seen, Figures sent, double offered) throws IOException {
    // Stock libpcap leaves unread what the kernel has not handed over at the end.
    double accounted = seen.get("total") + seen.get("dropped");
    boolean balanced =
        ground == Pcap4jGround.PORT
            ? seen.get("received") == accounted && seen.get("received") == offered
            : seen.get("received") >= accounted && seen.get("received") <= offered;
    return new Sample(seen.get("packetsPerSecond"), balanced, seen.and("sender.", sent));
  }

  private Sample readFile(Workbench bench) throws IOException {
    try (ScratchFile file = bench.scratchFile("frames.pcap")) {
      write(file);
      List<String> command = read(bench, file.path().toString());
      try (Worker reader = bench.start(bench.cores().receiver(), command)) {
        Figures seen = reader.figures();
        return new Sample(seen.get("packetsPerSecond"), true, seen);
      }
    }
  }

  private static void write(ScratchFile file) throws IOException {
    byte[] frame = UdpFrame.bytes();
    ByteBuffer buffer = ByteBuffer.allocateDirect(frame.length).put(frame);
    try (SavefileWriter writer =
        SavefileWriter.create(
            file.path().toString(), SavefileFormat.PCAP, Datalink.EN10MB, PcapHandle.MAX_SNAPLEN)) {
      for (int i = 0; i < PACKETS_OF_A_FILE; i++) {
        writer.onPacket(buffer, 0, frame.length, frame.length, ANY_TIME, Direction.INOUT);
      }
    }
  }

  private List<String> read(Workbench bench, String from) {
    Timing timing = bench.timing();
    return ground.command(
        bench,
        PacketReader.class,
        call.name(),
        from,
        Timing.seconds(warmUp(timing)),
        Timing.seconds(timing.window()));
  }

  /** A parser has much more for the just-in-time compiler to do. */
  private double warmUp(Timing timing) {
    return call == ReadCall.PARSED ? 3 * timing.javaWarmUp() : timing.javaWarmUp();
  }

  private List<String> send(Timing timing) {
    return List.of("-s", timing.sending(warmUp(timing) + COLD_START), "-U", OTHER_PORT);
  }
}
